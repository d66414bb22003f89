import { connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Ports } from '../../../source/dev/ports/ports.ts';
import { freePort } from '../../../source/dev/proxy/proxy.ts';

/** What happens once, between looking for a free port and listening on it. */
const meanwhile = vi.hoisted((): { run?: (() => Promise<void>) | undefined } => ({}));
vi.mock('../../../source/dev/proxy/proxy.ts', async (original) => {
  const actual = await original<typeof import('../../../source/dev/proxy/proxy.ts')>();
  const freePort: typeof actual.freePort = async (...words) => {
    const port = await actual.freePort(...words);
    const { run } = meanwhile;
    meanwhile.run = undefined;
    await run?.();
    return port;
  };
  return { ...actual, freePort };
});

const host = '127.0.0.1';
const options = {
  host,
  switchTimeout: 1_000,
  drainTime: 1_000,
  readyPath: undefined,
  addressing: { by: 'address' },
  allowedHosts: [],
  onRequest: () => {},
} as const;

async function open(port: number, asked: boolean) {
  const notices: string[] = [];
  const ports = await Ports.open([{ container: 80, host: port, asked }], {
    ...options,
    onNotice: (text) => void notices.push(text),
  });
  onTestFinished(() => ports.close());
  return { urls: ports.urls, notices };
}

async function take(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host, port }, resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
}

describe('Ports', () => {
  it('goes on to the next port when another application takes the free one at the same moment', async () => {
    const port = await freePort(host, 19_100);
    meanwhile.run = () => take(port);
    const { urls, notices } = await open(port, false);
    expect(urls).not.toContain(`http://localhost:${port}`);
    expect(notices).toEqual([expect.stringContaining(`port ${port} is taken`)]);
  });

  it('writes an address with colons in brackets, as browsers want it', async () => {
    const wish = { container: 80, host: await freePort('::1', 19_200), asked: true };
    const ports = await Ports.open([wish], { ...options, host: '::1', onNotice: () => {} });
    onTestFinished(() => ports.close());
    expect(ports.urls).toEqual([`http://[::1]:${wish.host}`]);
  });

  it('takes the next free port and says so, unless the user named that one', async () => {
    const port = await freePort(host, 19_000);
    await take(port);
    const { urls, notices } = await open(port, false);
    expect(notices).toEqual([expect.stringContaining(`port ${port} is taken; serving on `)]);
    expect(urls).not.toContain(`http://localhost:${port}`);
    await expect(open(port, true)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`${port}`),
    });
  });
});

describe('the address that is printed', () => {
  const takeOn = async (address: string, port: number) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen({ host: address, port }, resolve));
    onTestFinished(() => void server.close());
  };
  const reaches = (address: string, port: number) =>
    new Promise((resolve) => {
      const socket = connect({ host: address, port }, () => resolve(true)).on('error', () => resolve(false));
      onTestFinished(() => void socket.destroy());
    });

  it('is localhost where that leads to the application by IPv4 and by IPv6', async () => {
    const port = await freePort(host, 19_600);
    const { urls, notices } = await open(port, true);
    expect(urls).toEqual([`http://localhost:${port}`]);
    expect([await reaches('127.0.0.1', port), await reaches('::1', port)]).toEqual([true, true]);
    expect(notices).toEqual([]);
  });

  it('is a port that is free by both, when the user named none', async () => {
    const port = await freePort(host, 19_650);
    await takeOn('::1', port);
    const { urls, notices } = await open(port, false);
    expect(urls).not.toEqual([expect.stringContaining(`:${port}`)]);
    expect(urls).toEqual([expect.stringContaining('http://localhost:')]);
    expect(notices).toEqual([expect.stringContaining(`port ${port} is taken`)]);
  });

  it('is 127.0.0.1 where another program has the named port by IPv6, and that is said', async () => {
    const port = await freePort(host, 19_690);
    await takeOn('::1', port);
    const { urls, notices } = await open(port, true);
    expect(urls).toEqual([`http://127.0.0.1:${port}`]);
    expect(notices).toEqual([expect.stringContaining('another program')]);
  });
});

describe('Ports in the place of others', () => {
  const wish = (host: number) => [{ container: 80, host, asked: true }];
  const onNotice = () => {};
  const opened = async (port: number) => {
    const ports = await Ports.open(wish(port), { ...options, onNotice });
    onTestFinished(() => ports.close());
    return ports;
  };
  const instead = async (before: Ports, port: number, change: object = {}, notices: string[] = []) => {
    const ports = await Ports.reopen(before, wish(port), {
      ...options,
      ...change,
      onNotice: (text) => void notices.push(text),
    });
    onTestFinished(() => ports.close());
    return ports;
  };

  it('are the same when nothing else is wanted', async () => {
    const port = await freePort(host, 19_200);
    const before = await opened(port);
    expect(await instead(before, port)).toBe(before);
  });

  it('are others when another port, or another way to tell that the application is ready, is wanted', async () => {
    const port = await freePort(host, 19_300);
    const other = await freePort(host, port + 1);
    const elsewhere = await instead(await opened(port), other);
    expect(elsewhere.urls).toEqual([`http://localhost:${other}`]);
    expect(await freePort(host, port)).toBe(port);
    expect(await instead(elsewhere, other, { readyPath: '/' })).not.toBe(elsewhere);
  });

  it('are those from before, and that is told, when the others can not be had', async () => {
    const port = await freePort(host, 19_400);
    const taken = await freePort(host, port + 1);
    await take(taken);
    const notices: string[] = [];
    const ports = await instead(await opened(port), taken, {}, notices);
    expect(ports.urls).toEqual([`http://localhost:${port}`]);
    expect(notices).toEqual([expect.stringContaining('keeping the ports')]);
  });
});
