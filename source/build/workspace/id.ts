import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Names of what a session makes: `sti-<machine>-<pid>-<birth><random>`, containers with `-<role>-<n>` behind it.
 * Build containers can't carry labels (a commit would keep them, docs/engines.md), so the name alone tells whose they are
 * and whether that sti still lives.
 */
export interface SessionId {
  /** Tells machines (and pid namespaces) apart that share one engine. */
  readonly machine: string;
  readonly pid: number;
  /** Tells the process from a later one that got the same pid; {@link unknownBirth} where the system doesn't say. */
  readonly birth: string;
  readonly random: string;
}

export const unknownBirth = '0000';

/** `identity` is anything that differs between machines and pid namespaces; `birth` as {@link birthOf} has it. */
export function newSessionId(identity: string, pid: number, birth = unknownBirth): SessionId {
  return { machine: machineHash(identity), pid, birth, random: randomBytes(2).toString('hex') };
}

/** Four hex digits of the time at which a process began. */
export function birthOf(pid: number): string {
  try {
    // The name of the program, in parentheses, may hold anything; the time is the 20th field behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return createHash('sha256')
      .update(fields[19] ?? '')
      .digest('hex')
      .slice(0, 4);
  } catch {
    return unknownBirth;
  }
}

export function machineHash(identity: string): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 6);
}

export function formatSessionId(id: SessionId): string {
  return `sti-${id.machine}-${id.pid}-${id.birth}${id.random}`;
}

/** The session that a folder or container name belongs to; undefined when it isn't one of ours. */
export function parseSessionId(name: string): SessionId | undefined {
  const match = /^sti-([0-9a-f]{6})-(\d+)-([0-9a-f]{4})([0-9a-f]{4})(?:-|$)/.exec(name);
  if (match === null) return undefined;
  const [, machine = '', pid = '', birth = '', random = ''] = match;
  return { machine, pid: Number(pid), birth, random };
}

/** The comment of a session's commits, by which an image that never got its tag is found again. */
export function commitComment(session: string): string {
  return `sti build ${session}`;
}
