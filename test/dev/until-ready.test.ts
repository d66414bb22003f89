import { describe, expect, it, onTestFinished } from 'vitest';
import type { App } from '../../source/dev/app.ts';
import { Ports } from '../../source/dev/ports.ts';
import { freePort } from '../../source/dev/proxy.ts';
import { untilReady } from '../../source/dev/until-ready.ts';

const host = '127.0.0.1';

async function openPorts(): Promise<Ports> {
  const port = await freePort(host, 19_500);
  const ports = await Ports.open([{ container: 80, host: port, asked: true }], {
    host,
    switchTimeout: 1_000,
    drainTime: 1_000,
    readyPath: undefined,
    reach: { by: 'address' },
    onNotice: () => {},
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
    oomKilled: false,
    mergedRoot: undefined,
    env: [],
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
    const failure = untilReady(app, { ports: await openPorts(), readyTimeout: 5_000 }, never);
    await expect(failure).rejects.toMatchObject({
      code: 'app',
      message: 'the application ended with exit code 3 before it was ready',
      lastLines: ['no licence found'],
    });
  });

  it('and does not get ready in time is told so, and stopped', async () => {
    const { app, stopped } = appThat(new Promise(() => {}), true);
    const never = new AbortController().signal;
    const failure = untilReady(app, { ports: await openPorts(), readyTimeout: 100 }, never);
    await expect(failure).rejects.toMatchObject({ message: expect.stringContaining('not ready within 0.1 s') });
    expect(stopped).toEqual(['app']);
  });
});
