import { randomBytes } from 'node:crypto';
import { mkdtemp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Engine } from '../../../engine/engine.ts';
import { StiError } from '../../../errors.ts';
import { escapeContent } from '../../../protocol/gate/program.ts';
import type { Injection, Secret } from '../../request.ts';
import type { BuildContainer } from '../container.ts';

/** Every container has it, in memory, for itself; it is in no layer. */
const memory = '/dev/shm';
const target = '/run/secrets';

/** As the container's user, by what any shell has; it replaces nothing that is there already. */
const write = 'umask 377; set -C; IFS= read -r data; printf %b "$data" >"$1"';

/**
 * Gives a container secrets that only its user can read. They are in its memory alone, as `files`: what is to be injected
 * for them is links that lead there.
 * @param folder where these can be made
 */
export async function putSecrets(
  engine: Engine,
  { gate }: BuildContainer,
  secrets: readonly Secret[],
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<{ readonly files: readonly string[]; readonly injections: readonly Injection[] }> {
  if (secrets.length === 0) return { files: [], injections: [] };
  await gate.ready;
  const source = await mkdtemp(join(folder, 'secrets-'));
  const files: string[] = [];
  for (const { id, content } of secrets) {
    const path = `${memory}/sti-${randomBytes(8).toString('hex')}`;
    const command = ['/bin/sh', '-c', write, 'sti-secret', path];
    const stdin = Readable.from([`${escapeContent(content)}\n`]);
    const { exitCode, output } = await engine.exec(gate.id, { command, stdin }, signal);
    if (exitCode !== 0) {
      throw new StiError('builder', `the secret ${id} can't be put into ${memory}: ${output.trim()}`, {
        hint: 'Use an engine whose containers have /dev/shm.',
      });
    }
    files.push(path);
    await symlink(path, join(source, id));
  }
  return { files, injections: [{ source, target }] };
}
