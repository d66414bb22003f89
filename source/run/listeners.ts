import type { PortWish } from './wishes.ts';

/** An address that something in a container listens on. */
export interface Listener {
  /** As usually written: `127.0.0.1`, `::`. */
  readonly address: string;
  readonly port: number;
}

/** A container says this of itself, so it is bounded; characters. */
const maxLength = 65_536;
const listening = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:0000 0A /i;

/** Reads `/proc/net/tcp` and `/proc/net/tcp6`, one after the other; lines that are none are passed over. */
export function parseListeners(text: string): Listener[] {
  const found = new Map<string, Listener>();
  for (const line of text.slice(0, maxLength).split('\n')) {
    const [, address = '', digits = ''] = listening.exec(line) ?? [];
    const port = Number.parseInt(digits, 16);
    if (port > 0) found.set(`${address}:${port}`, { address: addressOf(address), port });
  }
  // The resolver that Docker puts into a container's network.
  return [...found.values()].filter(({ address }) => address !== '127.0.0.11').sort((a, b) => a.port - b.port);
}

/** Words of four bytes, each in the order of the machine: the lowest first. */
function addressOf(hex: string): string {
  const bytes = [...hex.matchAll(/.{8}/g)].flatMap(([word]) => [...Buffer.from(word, 'hex').reverse()]);
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff));
  if (mapped) return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => Buffer.from(bytes.slice(2 * at, 2 * at + 2)).toString('hex'));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/**
 * Why nothing answers on a port that is wanted, and what to do about it.
 * @param wanted all ports of the container that are wanted: what listens there is in its place
 */
export function explainSilence(
  { container, host }: PortWish,
  listeners: readonly Listener[],
  wanted: readonly number[],
): string {
  const silent = `nothing answers on ${container}`;
  if (listeners.length === 0) return `${silent}; the application listens on no port`;
  const here = listeners.find(({ port }) => port === container);
  const astray = listeners.filter(({ port }) => port === container || !wanted.includes(port));
  const open = astray.filter(({ address }) => !isLoopback(address));
  if (here !== undefined && isLoopback(here.address)) {
    const anywhere = here.address.includes(':') ? '::' : '0.0.0.0';
    return `${silent}; the application listens on ${written(here)} — let it listen on ${anywhere}`;
  }
  if (here !== undefined) return `${silent}, though the application listens on ${written(here)}`;
  const [elsewhere] = open;
  if (elsewhere !== undefined) {
    const ports = [...new Set(open.map(({ port }) => port))].slice(0, 5).join(', ');
    return `${silent}; the application listens on ${ports} — use --port ${host}:${elsewhere.port}`;
  }
  const [inside] = astray;
  if (inside === undefined) return silent;
  return `${silent}; the application listens on ${written(inside)} — let it listen on 0.0.0.0:${container}`;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

function written({ address, port }: Listener): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
