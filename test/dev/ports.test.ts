import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Ports, portWishes } from '../../source/dev/ports.ts';
import { freePort } from '../../source/dev/proxy.ts';

/** What happens once, between looking for a free port and listening on it. */
const meanwhile = vi.hoisted((): { run?: (() => Promise<void>) | undefined } => ({}));
vi.mock('../../source/dev/proxy.ts', async (original) => {
  const actual = await original<typeof import('../../source/dev/proxy.ts')>();
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
  reach: { by: 'address' },
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

describe('Ports in the place of others', () => {
  const wish = (host: number) => [{ container: 80, host, asked: true }];
  const onNotice = () => {};
  const opened = async (port: number) => {
    const ports = await Ports.open(wish(port), { ...options, onNotice });
    onTestFinished(() => ports.close());
    return ports;
  };
  const instead = async (before: Ports, port: number, change: object = {}, notices: string[] = []) => {
    const ports = await Ports.instead(before, wish(port), {
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
    expect(notices).toEqual([expect.stringContaining('the ports stay as they were')]);
  });
});

describe('portWishes', () => {
  it('are what the image exposes by TCP, unless the user named some', () => {
    expect(portWishes(['9000/tcp', '53/udp', '8080'], [])).toEqual([
      { container: 8080, host: 8080, asked: false },
      { container: 9000, host: 9000, asked: false },
    ]);
    const asked = [{ container: 80, host: 3000, asked: true }];
    expect(portWishes(['8080'], asked)).toEqual(asked);
  });
});
