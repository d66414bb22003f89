import { createServer } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Upstream } from '../../source/run/addressing.ts';
import { pauseAfter, waitReady } from '../../source/run/readiness.ts';
import { deadUpstream, startApp, startTcpApp } from '../support/proxy.ts';

const never = new AbortController().signal;
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function abortedWith(wait: (signal: AbortSignal) => Promise<void>): Promise<unknown> {
  const controller = new AbortController();
  const reason = new Error('the app exited with 0');
  const outcome = wait(controller.signal).then(
    () => 'ready',
    (thrown: unknown) => (thrown === reason ? 'the reason' : thrown),
  );
  await after(30);
  controller.abort(reason);
  return outcome;
}

describe('waitReady for TCP', () => {
  it('resolves when the port accepts', async () => {
    const upstream = await startTcpApp(() => {});
    await waitReady({ kind: 'tcp', upstream }, { signal: never });
  });

  it('tries again until it does', async () => {
    const upstream = await deadUpstream();
    let isListening = false;
    const ready = waitReady({ kind: 'tcp', upstream }, { signal: never }).then(() => isListening);
    await after(50);
    const server = createServer();
    onTestFinished(() => void server.close());
    server.listen(upstream.port, upstream.host, () => {
      isListening = true;
    });
    expect(await ready).toBe(true);
  });

  it('rejects with the reason it is aborted with', async () => {
    const upstream = await deadUpstream();
    expect(await abortedWith((signal) => waitReady({ kind: 'tcp', upstream }, { signal }))).toBe('the reason');
  });
});

describe('waitReady for HTTP', () => {
  it.each([200, 204, 301, 401, 404])('takes an answer of %i', async (status) => {
    let asked: string | undefined;
    const { upstream } = await startApp('app', (question, answer) => {
      asked = question.url;
      answer.writeHead(status).end();
    });
    await waitReady({ kind: 'http', upstream, path: '/up?now' }, { signal: never });
    expect(asked).toBe('/up?now');
  });

  it('asks again after a 5xx and after a connection that is closed without an answer', async () => {
    let tries = 0;
    const { upstream } = await startApp('app', (asked, answer) => {
      tries += 1;
      if (tries === 1) answer.writeHead(503).end('starting');
      else if (tries === 2) asked.socket.destroy();
      else answer.end('up');
    });
    await waitReady({ kind: 'http', upstream, path: '/' }, { signal: never });
    expect(tries).toBe(3);
  });

  it('does not wait for the end of the answer, and lets go of it', async () => {
    let closed: Promise<unknown> = Promise.reject(new Error('not asked'));
    closed.catch(() => {});
    const { upstream } = await startApp('app', (_asked, answer) => {
      closed = new Promise((resolve) => answer.on('close', resolve));
      answer.write('for ever');
    });
    await waitReady({ kind: 'http', upstream, path: '/' }, { signal: never });
    await closed;
  });

  it.each<[string, () => Promise<Upstream>]>([
    ['nobody listens', deadUpstream],
    ['nobody answers', () => startTcpApp(() => {})],
    ['it answers 500', async () => (await startApp('app', (_asked, answer) => answer.writeHead(500).end())).upstream],
  ])('rejects with the reason it is aborted with when %s', async (_name, start) => {
    const upstream = await start();
    const wait = (signal: AbortSignal) => waitReady({ kind: 'http', upstream, path: '/' }, { signal });
    expect(await abortedWith(wait)).toBe('the reason');
  });
});

describe('waitReady for an app without ports', () => {
  it('resolves when it has lived for a while', async () => {
    await waitReady({ kind: 'alive' }, { signal: never, aliveFor: 5 });
  });

  it('rejects when it ends before', async () => {
    expect(await abortedWith((signal) => waitReady({ kind: 'alive' }, { signal }))).toBe('the reason');
  });
});

it('every probe rejects at once when it is too late already', async () => {
  const reason = new Error('too late');
  const upstream = await startTcpApp(() => {});
  for (const probe of [{ kind: 'alive' as const }, { kind: 'tcp' as const, upstream }]) {
    await expect(waitReady(probe, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  }
});

describe('pauseAfter', () => {
  it('is short at first and never longer than a twentieth of the wait or the longest', () => {
    expect(pauseAfter(0, 50)).toBe(1);
    expect(pauseAfter(10_000, 50)).toBe(50);
    fc.assert(
      fc.property(fc.double({ min: 20, max: 1e6, noNaN: true }), (waited) => {
        expect(pauseAfter(waited, 50)).toBeLessThanOrEqual(waited / 20);
      }),
    );
  });
});
