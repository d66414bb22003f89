import { type ClientRequest, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerDetails } from '../engine/engine.ts';
import { type Addressing, reachableUpstream, type Upstream } from './addressing.ts';

/**
 * How to tell that an app is ready. `tcp`: its port accepts. Where a forwarder of the engine's is in between
 * (`forwarded`), which accepts before the app listens, the connection must also stay for a moment.
 * `http`: it answers this path with anything below 500. `alive`: it has no port and hasn't exited.
 */
export type Probe =
  | { readonly kind: 'tcp'; readonly upstream: Upstream; readonly forwarded?: boolean }
  | { readonly kind: 'http'; readonly upstream: Upstream; readonly path: string }
  | { readonly kind: 'alive' };

/** The probe of a container's port, or of a path of it; without a port, of its life. */
export function readinessProbe(
  addressing: Addressing,
  details: ContainerDetails,
  port: number | undefined,
  path?: string,
): Probe {
  if (port === undefined) return { kind: 'alive' };
  const upstream = reachableUpstream(addressing, details, port);
  if (path !== undefined) return { kind: 'http', upstream, path };
  // The engine's own forwarder takes connections before the application does.
  return { kind: 'tcp', upstream, forwarded: addressing.by === 'published' };
}

export interface ReadyOptions {
  /** To be aborted when the app has exited or the time is over. */
  readonly signal: AbortSignal;
  /** The longest pause between two tries, ms. */
  readonly interval?: number;
  /** How long an app without a port has to stay alive, ms. */
  readonly aliveFor?: number;
}

/** A lost packet must not cost more than another try. ms */
const connectMs = 1_000;
/** A forwarder that finds nobody listening closes at once; nobody knows how long that takes on a busy machine. ms */
const forwarderMs = 50;
/** The first answer may have to be compiled first. ms */
const answerMs = 10_000;

/** Resolves when the app is ready; rejects with the signal's reason when that is aborted first. */
export async function waitReady(probe: Probe, options: ReadyOptions): Promise<void> {
  const { signal, interval = 50, aliveFor = 300 } = options;
  if (probe.kind === 'alive') return pause(aliveFor, signal);
  const started = performance.now();
  for (;;) {
    signal.throwIfAborted();
    if (await isReady(probe, signal)) return;
    await pause(pauseAfter(performance.now() - started, interval), signal);
  }
}

/** A twentieth of the time waited so far, so that a ready app is noticed at most 5 % late; at least 1 ms. */
export function pauseAfter(waited: number, longest: number): number {
  return Math.min(Math.max(waited / 20, 1), longest);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

/** Whether it is now; `false` as well when aborted. */
export function isReady(probe: Probe, signal: AbortSignal): Promise<boolean> {
  if (probe.kind === 'alive') return Promise.resolve(true);
  return new Promise((resolve) => {
    const settle = (ready: boolean) => {
      signal.removeEventListener('abort', giveUp);
      attempt.destroy();
      resolve(ready);
    };
    const giveUp = () => settle(false);
    signal.addEventListener('abort', giveUp);
    const attempt = probe.kind === 'tcp' ? tryToConnect(probe, settle) : tryToAsk(probe, settle);
  });
}

type Settle = (ready: boolean) => void;

function tryToConnect({ upstream: { host, port }, forwarded }: Probe & { kind: 'tcp' }, settle: Settle): Socket {
  return connect({ host, port, timeout: connectMs })
    .on('connect', () => (forwarded ? setTimeout(settle, forwarderMs, true) : settle(true)))
    .on('close', () => settle(false))
    .on('timeout', () => settle(false))
    .on('error', () => settle(false));
}

function tryToAsk({ upstream, path }: { upstream: Upstream; path: string }, settle: Settle): ClientRequest {
  const asked = request({ host: upstream.host, port: upstream.port, path, agent: false });
  const answering = setTimeout(settle, answerMs, false);
  asked.on('socket', (socket) => {
    const connecting = setTimeout(settle, connectMs, false);
    socket.once('connect', () => clearTimeout(connecting)).once('close', () => clearTimeout(connecting));
  });
  return asked
    .on('response', (response) => settle((response.statusCode ?? 500) < 500))
    .on('error', () => settle(false))
    .on('close', () => clearTimeout(answering))
    .end();
}
