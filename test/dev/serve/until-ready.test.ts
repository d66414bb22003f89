import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Ports } from '../../../source/dev/ports/ports.ts';
import { untilReady } from '../../../source/dev/serve/until-ready.ts';
import type { App } from '../../../source/run/app.ts';
import { deadUpstream, startApp } from '../../support/proxy.ts';

const host = '127.0.0.1';
const silentEngine = { exec: async () => ({ exitCode: 127, output: 'cat: not found' }) };

async function openPorts(notices: string[] = [], containerPorts: readonly number[] = [80]): Promise<Ports> {
  const wishes = containerPorts.map((container) => ({ container, host: 19_500, asked: false }));
  const ports = await Ports.open(wishes, {
    host,
    switchTimeout: 1_000,
    drainTime: 1_000,
    readyPath: undefined,
    addressing: { by: 'address' },
    allowedHosts: [],
    onNotice: (text) => void (/is taken/.test(text) || notices.push(text)),
    onRequest: () => {},
  });
  onTestFinished(() => ports.close());
  return ports;
}

/** An application that has ended, or ends when it is told to, and has no address either way. */
function appThat(ended: App['ended'], running: boolean) {
  const details = {
    id: 'app',
    running,
    exitCode: 0,
    mergedRoot: undefined,
    ipAddress: running ? host : '',
    published: new Map(),
  };
  const stopped: string[] = [];
  const app: App = {
    containerId: 'app',
    details,
    ended,
    lastLines: () => ['no licence found'],
    stop: async () => void stopped.push('app'),
  };
  return { app, stopped };
}

describe('an application that is waited for', () => {
  it('and had ended before it was looked at is told with its exit code and last lines', async () => {
    const { app } = appThat(Promise.resolve({ exitCode: 3 }), false);
    const never = new AbortController().signal;
    const failure = untilReady(app, { ports: await openPorts(), readyTimeout: 5_000, engine: silentEngine }, never);
    await expect(failure).rejects.toMatchObject({
      code: 'app',
      message: 'the application ended with exit code 3 before it was ready',
      lastLines: ['no licence found'],
    });
  });

  it('and does not get ready in time is told so, and stopped', async () => {
    const { app, stopped } = appThat(new Promise(() => {}), true);
    const never = new AbortController().signal;
    const failure = untilReady(app, { ports: await openPorts(), readyTimeout: 100, engine: silentEngine }, never);
    await expect(failure).rejects.toMatchObject({ message: expect.stringContaining('not ready within 0.1 s') });
    expect(stopped).toEqual(['app']);
  });
});

describe('an application that listens elsewhere', () => {
  const table = (...locals: string[]) =>
    ['  sl  local_address', ...locals.map((local, at) => `   ${at}: ${local} 00000000:0000 0A 0`)].join('\n');
  const engineThatSays = (output: string) => ({ exec: async () => ({ exitCode: 1, output }) });
  const never = new AbortController().signal;

  it('is told where when it was not ready in time', async () => {
    const { app } = appThat(new Promise(() => {}), true);
    const tools = { ports: await openPorts(), readyTimeout: 100, engine: engineThatSays(table('0100007F:0050')) };
    await expect(untilReady(app, tools, never)).rejects.toMatchObject({
      message:
        'the application was not ready within 0.1 s: nothing answers on 80; the application listens on 127.0.0.1:80 — let it listen on 0.0.0.0',
    });
  });

  it('is told where also when it is another of the wanted ports, which is not waited for', async () => {
    const { app } = appThat(new Promise(() => {}), true);
    const ports = await openPorts([], [80, 8080]);
    const tools = { ports, readyTimeout: 100, engine: engineThatSays(table('00000000:1F90')) };
    await expect(untilReady(app, tools, never)).rejects.toMatchObject({
      message: expect.stringContaining('nothing answers on 80; the application listens on 8080'),
    });
  });

  it('is only told so where its container can not say', async () => {
    const { app } = appThat(new Promise(() => {}), true);
    const engine = { exec: () => Promise.reject(new Error('no such container')) };
    const failure = untilReady(app, { ports: await openPorts(), readyTimeout: 100, engine }, never);
    await expect(failure).rejects.toMatchObject({ message: 'the application was not ready within 0.1 s' });
  });
});

describe('an application with several ports', () => {
  async function openTwo(notices: string[]) {
    const first = (await startApp('first')).upstream.port;
    const second = (await deadUpstream()).port;
    return { second, ports: await openPorts(notices, [first, second]) };
  }

  it('is ready when the first answers, and the others are named when they stay silent, once', async () => {
    const notices: string[] = [];
    const { second, ports } = await openTwo(notices);
    const tools = { ports, readyTimeout: 100, engine: silentEngine };
    for (let round = 0; round < 2; round++) {
      const { app } = appThat(new Promise(() => {}), true);
      await untilReady(app, tools, new AbortController().signal);
      await vi.waitFor(() => expect(notices).toEqual([`nothing answers on ${second}`]));
    }
  });
});
