import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * A folder of files that can be lost at any time: below the user's cache folder, least recently used first out.
 * A cache that can't be written is no cache, never a failed build.
 */
export interface Cache {
  /** Text of an entry, or undefined. */
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  /** Path of an entry's file, or undefined; finding it marks it as used. */
  find(name: string): Promise<string | undefined>;
  /** Moves a finished file in. */
  adopt(name: string, file: string): Promise<void>;
  /** Removes the least recently used entries until the rest fits; looks only when something was moved in. */
  trim(maxBytes: number): Promise<void>;
}

export function openCache(folder: string): Cache {
  let grown = false;
  const quietly = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch {
      return undefined;
    }
  };
  return {
    read: (name) => quietly(() => readFile(join(folder, name), 'utf8')),
    async write(name, text) {
      await quietly(async () => {
        const path = join(folder, name);
        const part = `${path}.${randomUUID()}.part`;
        await mkdir(dirname(path), { recursive: true });
        await writeFile(part, text, { mode: 0o600 });
        await rename(part, path);
      });
    },
    find: (name) =>
      quietly(async () => {
        const path = join(folder, name);
        const now = new Date();
        await utimes(path, now, now);
        return path;
      }),
    async adopt(name, file) {
      grown = true;
      await quietly(async () => {
        const path = join(folder, name);
        await mkdir(dirname(path), { recursive: true });
        try {
          await rename(file, path);
        } catch {
          // The working folder and the cache may be on different file systems.
          const part = `${path}.${randomUUID()}.part`;
          await copyFile(file, part);
          await rename(part, path);
        }
      });
    },
    async trim(maxBytes) {
      if (grown) await quietly(() => trimFolder(folder, maxBytes));
    },
  };
}

async function trimFolder(folder: string, maxBytes: number): Promise<void> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const { size, mtimeMs } = await stat(path);
        return { path, size, mtimeMs };
      }),
  );
  files.sort((a, b) => b.mtimeMs - a.mtimeMs);
  let total = 0;
  for (const file of files) {
    total += file.size;
    if (total > maxBytes) await rm(file.path, { force: true });
  }
}
