import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import { messageOf, StiError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { Config } from './read.ts';
import { isRecord } from './values.ts';

export type Home = Pick<Context, 'env' | 'homeDir'>;

/** The user's own folder for sti: `~/.config/sti`, or below XDG_CONFIG_HOME where that is an absolute path. */
export function userFolder({ env, homeDir }: Home): string {
  const { XDG_CONFIG_HOME = '' } = env;
  return join(isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(homeDir, '.config'), 'sti');
}

/** Whether the user trusts this file as it is now; `changed`: they trusted another content of it. */
export async function trustIn(
  { folder, name = '', digest }: Config,
  home: Home,
): Promise<'trusted' | 'changed' | 'none'> {
  const real = join(await realpath(folder), name);
  const read = await readBounded(recordOf(real, home), { maxBytes: 64 * 1024, links: 'refuse' });
  const record = read.outcome === 'content' ? parseRecord(read.content.toString()) : undefined;
  if (record?.folder !== real) return 'none';
  return record.digest === digest ? 'trusted' : 'changed';
}

/**
 * Remembers that the user trusts this file as it is now, in a file of its own, so that no other sti's record is lost.
 * @throws StiError `workspace`
 */
export async function rememberTrust({ folder, name = '', digest }: Config, home: Home): Promise<void> {
  const real = join(await realpath(folder), name);
  const file = recordOf(real, home);
  const beside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(join(userFolder(home), 'trusted'), { recursive: true, mode: 0o700 });
    const handle = await open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ folder: real, digest })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw new StiError('workspace', `${file} can't be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Check the rights and the free space of the folder, or set XDG_CONFIG_HOME to another one.',
    });
  }
}

function recordOf(folder: string, home: Home): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return join(userFolder(home), 'trusted', `${name}.json`);
}

/** What isn't a record of ours grants nothing. */
function parseRecord(text: string): { folder: unknown; digest: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? { folder: value['folder'], digest: value['digest'] } : undefined;
  } catch {
    return undefined;
  }
}
