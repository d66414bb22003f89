import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { removeFolder } from '../../tree/remove.ts';
import { birthOf, formatSessionId, machineHash, parseSessionId, type SessionId, unknownBirth } from './id.ts';
import { removeSessionObjects } from './reaper.ts';

/** The sessions of this machine, among those that names of folders and containers belong to, whose process is gone. */
export function deadSessions(
  names: readonly string[],
  machine: string,
  lives: (session: Pick<SessionId, 'pid' | 'birth'>) => boolean,
): string[] {
  const dead = new Set<string>();
  for (const name of names) {
    const id = parseSessionId(name);
    if (id !== undefined && id.machine === machine && !lives(id)) dead.add(formatSessionId(id));
  }
  return [...dead];
}

/** Whether the process that began a session lives: not another one that got its pid. */
export function processLives({ pid, birth }: Pick<SessionId, 'pid' | 'birth'>, isAlive: (pid: number) => boolean) {
  if (!isAlive(pid)) return false;
  const now = birthOf(pid);
  return birth === unknownBirth || now === unknownBirth || now === birth;
}

interface Surroundings {
  readonly tmpDir: string;
  readonly identity: string;
  readonly isAlive: (pid: number) => boolean;
}

/** Names of what dead sessions of this machine left: folders, and containers of the engine. */
export async function findLeftovers(
  engine: Engine | undefined,
  options: Surroundings,
): Promise<{ readonly sessions: readonly string[]; readonly names: readonly string[] }> {
  const machine = machineHash(options.identity);
  const [folders, containers] = await Promise.all([
    readdir(options.tmpDir),
    engine?.listContainers({ namePrefix: `sti-${machine}-` }) ?? [],
  ]);
  const names = [...folders, ...containers.map(({ name }) => name)];
  const sessions = deadSessions(names, machine, (id) => processLives(id, options.isAlive));
  return { sessions, names: names.filter((name) => sessions.some((session) => `${name}-`.startsWith(`${session}-`))) };
}

/**
 * Removes what dead sessions of this machine left behind, as their folders and the names of their containers tell. Never
 * touches a session whose process lives, nor another machine's.
 */
export async function sweepDeadSessions(engine: Engine, options: Surroundings): Promise<void> {
  for (const session of (await findLeftovers(engine, options)).sessions) {
    await removeSessionObjects(engine, session);
    await removeFolder(join(options.tmpDir, session));
  }
}
