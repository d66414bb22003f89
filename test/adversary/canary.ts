import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../support/temp.ts';

/** A folder of the host that nothing a stranger wrote may ever reach. */
export interface Canary {
  /** Absolute path. */
  readonly folder: string;
  /** Stands in each of its files: nothing that sti puts out, sends or builds may hold it. */
  readonly secret: string;
  /** What is no longer as it was, or was read, each as a line for a person; empty when all is well. */
  disturbed(): string[];
}

/** Long ago, so that reading a file moves its access time, also on file systems that seldom write it. */
const longAgo = new Date('2001-01-01T00:00:00Z');

/** Made for one test and removed with it: files of several modes, a folder, a link. */
export function makeCanary(): Canary {
  const folder = join(tempFolder(), 'canary');
  const secret = `canary-${randomBytes(12).toString('hex')}`;
  mkdirSync(join(folder, 'deep/er'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), `${secret}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'program'), `#!/bin/sh\necho ${secret}\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'deep/er/environment'), `SECRET=${secret}\n`, { mode: 0o644 });
  symlinkSync('secret.txt', join(folder, 'link'));
  for (const path of ['secret.txt', 'program', 'deep/er/environment']) utimesSync(join(folder, path), longAgo, longAgo);
  const before = look(folder);
  return {
    folder,
    secret,
    disturbed() {
      const now = look(folder);
      return [...new Set([...before.keys(), ...now.keys()])].flatMap((path) => {
        const [was, is] = [before.get(path), now.get(path)];
        return was === is ? [] : [`${path}: ${was ?? 'was not there'} → ${is ?? 'is gone'}`];
      });
    },
  };
}

/** All that a system call could have changed, access times of files included; their content is read last. */
function look(folder: string): Map<string, string> {
  const paths = ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].sort();
  const details = paths.map((path) => ({ path, stats: lstatSync(join(folder, path)) }));
  return new Map(
    details.map(({ path, stats }) => {
      const { mode, uid, gid, ino, nlink, mtimeMs, ctimeMs, atimeMs } = stats;
      const content = stats.isSymbolicLink() ? readlinkSync(join(folder, path)) : '';
      const read = stats.isFile() ? `read ${atimeMs}` : '';
      return [path, [mode.toString(8), uid, gid, ino, nlink, mtimeMs, ctimeMs, content, read].join(' ')];
    }),
  );
}
