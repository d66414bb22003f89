import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { type Listener, parseListeners } from '../../run/listeners.ts';
import { timeLimit } from '../../time-limit.ts';
import type { CommandObservation, ProcessObservation } from '../observation.ts';

type Exec = Pick<Engine, 'exec'>;

/** Milliseconds that a look, or a command of the user's, may take. */
const lookMs = 10_000;
const commandMs = 60_000;
/** An engine gives no more of what a command prints. */
const outputLimit = 64 * 1024;

/** Runs a command of the user's beside the application. */
export async function runCommand(
  engine: Exec,
  id: string,
  command: string,
  signal: AbortSignal,
): Promise<CommandObservation> {
  const limit = timeLimit(commandMs, signal);
  try {
    const { exitCode, output } = await engine.exec(id, { command: ['/bin/sh', '-c', command] }, limit.signal);
    return { command, exitCode, output };
  } catch (error) {
    signal.throwIfAborted();
    // The application has ended, and its container with it.
    if (!limit.isOver() && error instanceof StiError && error.code === 'engine-failed')
      return { command, exitCode: -1, output: 'not run: the application had ended' };
    if (!limit.isOver()) throw error;
    throw new StiError('app', `${command} did not end within ${commandMs / 1000} s`, {
      hint: 'Name a command with --exec that ends by itself.',
    });
  } finally {
    limit.close();
  }
}

/** What listens in the container; nothing where it can't tell. */
export async function readListeners(engine: Exec, id: string, signal: AbortSignal): Promise<readonly Listener[]> {
  return parseListeners((await read(engine, id, ['/proc/net/tcp', '/proc/net/tcp6'], signal)) ?? '');
}

/** Who the first process of a container is, and what it was given. */
export async function readProcess(engine: Exec, id: string, signal: AbortSignal): Promise<ProcessObservation> {
  const [status = '', environ] = await Promise.all([
    read(engine, id, ['/proc/1/status'], signal),
    read(engine, id, ['/proc/1/environ'], signal),
  ]);
  // What is as long as that may have been cut.
  const isWhole = environ !== undefined && Buffer.byteLength(environ) < outputLimit && !/^cat: /.test(environ);
  return { user: userOf(status), env: isWhole ? environ.split('\0').filter((pair) => pair !== '') : undefined };
}

/** The effective ids of `/proc/PID/status`, and its other groups. */
export function userOf(status: string): string | undefined {
  const ids = (name: string) => new RegExp(`^${name}:\\t\\d+\\t(\\d+)`, 'm').exec(status)?.[1];
  const [uid, gid] = [ids('Uid'), ids('Gid')];
  if (uid === undefined || gid === undefined) return undefined;
  const groups = (/^Groups:\t([\d ]*)$/m.exec(status)?.[1] ?? '').split(' ').filter((id) => id !== '' && id !== gid);
  const others = [...new Set(groups)].sort((a, b) => Number(a) - Number(b));
  return [`${uid}:${gid}`, ...(others.length === 0 ? [] : [`groups ${others.join(',')}`])].join(' ');
}

/** undefined: there is no `cat`, or it wasn't allowed. */
async function read(
  engine: Exec,
  id: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = timeLimit(lookMs, signal);
  try {
    const { output } = await engine.exec(id, { command: ['cat', ...files] }, limit.signal);
    return output;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StiError && error.code === 'engine-lost') throw error;
    return undefined;
  } finally {
    limit.close();
  }
}
