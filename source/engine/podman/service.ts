import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { StiError } from '../../errors.ts';
import type { Environment } from '../endpoint/candidates.ts';

export interface PodmanService {
  readonly socketPath: string;
  stop(): void;
}

const startLimitMs = 15_000;
const notInstalled = 127;
/** Characters of what it says that are kept: its last line is the reason. */
const wordsKept = 4_096;

/**
 * Runs the service for as long as the shell's stdin is open, which is as long as sti lives, and removes its folder: nothing
 * stays, also when sti is killed. A rootless podman is two processes, of which the first may end without the second, so the
 * whole group is told to end. Commands of the shell's own tools are found although the user's PATH may have none.
 */
const script = `
exec 3<&0
trap : TERM
podman system service --time=0 "unix://$1/podman.sock" </dev/null 3<&- &
service=$!
{ read -r _ <&3; kill -TERM 0; } 2>/dev/null &
lifeline=$!
exec 3<&-
wait "$service"
code=$?
[ "$code" -le 128 ] || wait "$service"
kill "$lifeline" 2>/dev/null
PATH="$PATH:/usr/bin:/bin" rm -rf -- "$1"
exit "$code"`;

type Service = ChildProcessByStdio<Writable, null, Readable>;

/** Starts `podman system service` on a socket of its own; undefined when podman is not installed. Rejects with `engine-unreachable`. */
export async function startPodmanService(env: Environment, signal?: AbortSignal): Promise<PodmanService | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'sti-podman-'));
  const socketPath = join(folder, 'podman.sock');
  // In a process group of its own: Ctrl-C is for sti, which still needs the service to clean up.
  const service = spawn('/bin/sh', ['-c', script, 'sti-podman', folder], {
    env: { ...env },
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let words = '';
  service.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-wordsKept);
  });
  service.stdin.on('error', () => {});
  service.unref();
  const stop = () => {
    service.stdin.end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await once(service, 'spawn');
    if (await listens(socketPath, service, signal)) {
      unrefStreams(service);
      return { socketPath, stop };
    }
  } catch (thrown) {
    stop();
    throw thrown;
  }
  stop();
  if (service.exitCode === notInstalled) return undefined;
  const why = words.trim().split('\n').at(-1) || `it did not answer within ${startLimitMs / 1000} seconds`;
  throw new StiError('engine-unreachable', `podman system service could not be started: ${why}`, {
    hint: 'Check whether podman info works.',
  });
}

/** false: it ended before it listened, or took too long. */
async function listens(socketPath: string, service: Service, signal?: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + startLimitMs;
  while (service.exitCode === null && service.signalCode === null && Date.now() < deadline) {
    await sleep(25, undefined, { ...(signal && { signal }) });
    const connection = createConnection(socketPath);
    try {
      await once(connection, 'connect');
      return true;
    } catch {
      // Not yet.
    } finally {
      connection.destroy();
    }
  }
  return false;
}

/** Neither keeps sti from ending. */
function unrefStreams({ stdin, stderr }: Service): void {
  for (const stream of [stdin, stderr]) if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
}
