import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StiError } from '../errors.ts';
import type { Environment } from './endpoints.ts';
import { codeOf } from './failure.ts';

export interface PodmanService {
  readonly socketPath: string;
  stop(): void;
}

/** How long the service outlives its last connection, in seconds. */
const idleSeconds = 5;
const startLimitMs = 15_000;

/**
 * Starts `podman system service` on a socket of its own; undefined when podman is not installed. Rejects with
 * `engine-unreachable`. The service counts connections and one is held open here, so it stays for as long as sti does
 * and ends by itself, a few seconds later, when sti is killed.
 */
export async function startPodmanService(env: Environment, signal?: AbortSignal): Promise<PodmanService | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'sti-podman-'));
  const socketPath = join(folder, 'podman.sock');
  const log = join(folder, 'log');
  let service: ChildProcess | undefined;
  let lifeline: { destroy(): void } | undefined;
  const stop = () => {
    lifeline?.destroy();
    service?.kill('SIGTERM');
    void rm(folder, { recursive: true, force: true });
  };
  try {
    service = await launch(socketPath, log, env);
    lifeline = service && (await holdOpen(socketPath, service, signal));
  } catch (thrown) {
    stop();
    throw thrown;
  }
  if (lifeline) return { socketPath, stop };
  const words = service && (await readFile(log, 'utf8')).trim();
  stop();
  if (words === undefined) return undefined;
  const why = words.split('\n').at(-1) || `it did not answer within ${startLimitMs / 1000} seconds`;
  throw new StiError('engine-unreachable', `podman system service could not be started: ${why}`, {
    hint: 'See whether podman info works.',
  });
}

async function launch(socketPath: string, log: string, env: Environment): Promise<ChildProcess | undefined> {
  const stderr = await open(log, 'w');
  try {
    const service = spawn('podman', ['system', 'service', `--time=${idleSeconds}`, `unix://${socketPath}`], {
      env: { ...env },
      // In a process group of its own: Ctrl-C is for sti, which still needs the service to clean up.
      detached: true,
      stdio: ['ignore', 'ignore', stderr.fd],
    });
    await once(service, 'spawn');
    service.unref();
    return service;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  } finally {
    await stderr.close();
  }
}

/** Makes the connection that keeps the service alive, as soon as it listens; undefined when it ends before that. */
async function holdOpen(socketPath: string, service: ChildProcess, signal?: AbortSignal) {
  const deadline = Date.now() + startLimitMs;
  while (service.exitCode === null && service.signalCode === null && Date.now() < deadline) {
    await sleep(25, undefined, { ...(signal && { signal }) });
    const connection = createConnection(socketPath);
    try {
      await once(connection, 'connect');
      // A connection counts from its first request on.
      connection.write('GET /_ping HTTP/1.1\r\nHost: podman\r\n\r\n');
      return connection
        .on('error', () => {})
        .resume()
        .unref();
    } catch {
      connection.destroy();
    }
  }
  return undefined;
}
