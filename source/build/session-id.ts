import { createHash, randomBytes } from 'node:crypto';

/**
 * Names of what a session makes: `sti-<machine>-<pid>-<random>`, containers with `-<role>-<n>` behind it.
 * Build containers can't carry labels (a commit would keep them, ENGINE.md), so the name alone tells whose they are and
 * whether that sti still lives.
 */
export interface SessionId {
  /** Tells machines (and pid namespaces) apart that share one engine. */
  readonly machine: string;
  readonly pid: number;
  readonly random: string;
}

/** `identity` is anything that differs between machines and pid namespaces. */
export function newSessionId(identity: string, pid: number): SessionId {
  return { machine: machineHash(identity), pid, random: randomBytes(4).toString('hex') };
}

export function machineHash(identity: string): string {
  return createHash('sha256').update(identity).digest('hex').slice(0, 6);
}

export function formatSessionId(id: SessionId): string {
  return `sti-${id.machine}-${id.pid}-${id.random}`;
}

/** The session that a folder or container name belongs to; undefined when it isn't one of ours. */
export function parseSessionId(name: string): SessionId | undefined {
  const match = /^sti-([0-9a-f]{6})-(\d+)-([0-9a-f]{8})(?:-|$)/.exec(name);
  if (match === null) return undefined;
  const [, machine = '', pid = '', random = ''] = match;
  return { machine, pid: Number(pid), random };
}

/** The comment of a session's commits, by which an image that never got its tag is found again. */
export function commitComment(session: string): string {
  return `sti build ${session}`;
}
