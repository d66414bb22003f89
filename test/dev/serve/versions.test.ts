import { describe, expect, it } from 'vitest';
import type { DevEvent } from '../../../source/dev/events.ts';
import { Ports } from '../../../source/dev/ports/ports.ts';
import { freePort } from '../../../source/dev/proxy/proxy.ts';
import { Versions } from '../../../source/dev/serve/versions.ts';
import type { App } from '../../../source/run/app.ts';
import { ask, gate, startApp } from '../../support/proxy.ts';

const host = '127.0.0.1';

async function openVersions() {
  const server = await startApp('app');
  const port = await freePort(host, 19_700);
  const ports = await Ports.open([{ container: server.upstream.port, host: port, asked: true }], {
    host,
    switchTimeout: 600_000,
    drainTime: 600_000,
    readyPath: undefined,
    addressing: { by: 'address' },
    allowedHosts: [],
    onNotice: () => {},
    onRequest: () => {},
  });
  const events: DevEvent[] = [];
  const emit = (event: DevEvent) => void events.push(event);
  const lost: string[] = [];
  const versions = new Versions(
    { ports, emit },
    { mayStop: async () => {}, onStopped: () => {}, onLost: () => lost.push('lost') },
  );
  return { versions, ports, port, server, events, lost };
}

/** An application that answers until it crashes. */
function appWith(exit: Promise<void>, end: Awaited<App['ended']> = { exitCode: 3 }): App {
  return {
    containerId: 'app',
    details: {
      id: 'app',
      running: true,
      exitCode: 0,
      mergedRoot: undefined,
      ipAddress: host,
      published: new Map(),
    },
    ended: exit.then(() => end),
    lastLines: () => [],
    stop: async () => {},
  };
}

describe('requests while nothing is served', () => {
  it('are answered at once after a crash, with the reason', async () => {
    const { versions, ports, port, server } = await openVersions();
    const crash = gate();
    versions.expect();
    versions.switchTo(appWith(crash.opened), 1);
    expect(await ask(port)).toMatchObject({ status: 200 });
    await server.kill();
    crash.open();
    const { status, body } = await ask(port);
    expect(status).toBe(503);
    expect(body).toContain('the application ended with exit code 3');
    await ports.close();
  });

  it('are told of the engine, and not of an exit code that nobody knows, when it went away', async () => {
    const { versions, ports, port, events, lost } = await openVersions();
    const loss = gate();
    versions.switchTo(appWith(loss.opened, null), 1);
    loss.open();
    await expect.poll(() => lost).toEqual(['lost']);
    expect(await ask(port)).toEqual({ status: 503, body: expect.stringContaining('the engine does not answer') });
    expect(events).toEqual([]);
    await ports.close();
  });

  it('wait for a build that was under way when it crashed', async () => {
    const { versions, ports, port } = await openVersions();
    const crash = gate();
    const app = appWith(crash.opened);
    versions.switchTo(app, 1);
    versions.expect();
    crash.open();
    await app.ended;
    const answer = ask(port);
    versions.switchTo(appWith(new Promise(() => {})), 2);
    expect(await answer).toMatchObject({ status: 200 });
    await ports.close();
  });

  it('wait for a build that begins after it crashed, and hear when that fails', async () => {
    const { versions, ports, port } = await openVersions();
    versions.expect();
    const answer = ask(port);
    versions.fail(1);
    expect(await answer).toEqual({ status: 503, body: expect.stringContaining('build 1 failed') });
    versions.expect();
    const other = ask(port);
    versions.switchTo(appWith(new Promise(() => {})), 2);
    expect(await other).toMatchObject({ status: 200 });
    await ports.close();
  });

  it('are served by the old version when a build fails', async () => {
    const { versions, ports, port } = await openVersions();
    versions.switchTo(appWith(new Promise(() => {})), 1);
    versions.expect();
    versions.fail(2);
    expect(await ask(port)).toMatchObject({ status: 200 });
    await ports.close();
  });
});
