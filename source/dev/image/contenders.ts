import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSessionId } from '../../build/workspace/id.ts';
import { processLives } from '../../build/workspace/sweep.ts';

export interface ContendersOptions {
  readonly tmpDir: string;
  readonly isAlive: (pid: number) => boolean;
  /** Of the engine, since another one's tag is another tag. */
  readonly address: string;
}

/** In a session's folder: what it moves. */
const claimFile = 'tag';

/**
 * Claims a tag for a session, and tells the processes on this machine that move it as well. Each of two that begin at once
 * finds the other.
 */
export function claimTag(
  session: { readonly name: string; readonly folder: string },
  tag: string,
  { tmpDir, isAlive, address }: ContendersOptions,
): number[] {
  const claim = `${address}\n${tag}\n`;
  writeFileSync(join(session.folder, claimFile), claim, { mode: 0o600 });
  const own = parseSessionId(session.name);
  return readdirSync(tmpDir).flatMap((name) => {
    const id = name === session.name ? undefined : parseSessionId(name);
    if (id === undefined || id.machine !== own?.machine || id.pid === own.pid || !processLives(id, isAlive)) return [];
    return readClaim(join(tmpDir, name)) === claim ? [id.pid] : [];
  });
}

/** undefined: a build's session, or another user's. */
function readClaim(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, claimFile), 'utf8');
  } catch {
    return undefined;
  }
}
