import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readBounded } from '../bounded-read.ts';

/**
 * A folder of files that can be lost at any time: below the user's cache folder, least recently used first out.
 * A cache that can't be written is no cache, never a failed build; an entry that isn't as it was written is none.
 */
export interface Cache {
  /** Text of an entry, or undefined. */
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  /** Path of an entry's file, or undefined; finding it marks it as used. */
  find(name: string): Promise<string | undefined>;
  /** Reads the content into a file, if there is a cache to have it; content that breaks off is no entry. */
  store(name: string, content: () => Readable): Promise<void>;
  /** Removes the least recently used entries until the rest fits; looks only when something was put in. */
  trim(maxBytes: number): Promise<void>;
}

/** Of an entry that is read whole. */
const maxTextBytes = 64 * 1024 * 1024;
const digestSuffix = '.sha256';
const sliceBytes = 1024 * 1024;

/** @param uid of the user that sti runs as: in a folder that others may write nothing is believed */
export function openCache(folder: string, uid: number, onWarning: (message: string) => void = () => {}): Cache {
  let grown = false;
  let usable: Promise<boolean> | undefined;
  const isUsable = () => {
    usable ??= prepareFolder(folder, uid).then((problem) => {
      if (problem !== undefined) onWarning(`the cache is not used: ${folder} ${problem}`);
      return problem === undefined;
    });
    return usable;
  };
  const quietly = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return (await isUsable()) ? await work() : undefined;
    } catch {
      return undefined;
    }
  };
  const discard = async (name: string) => {
    const path = join(folder, name);
    await Promise.all([path, path + digestSuffix].map((one) => rm(one, { recursive: true, force: true })));
    return undefined;
  };
  const digestOf = async (name: string) => {
    const read = await readBounded(join(folder, name + digestSuffix), { maxBytes: 128, links: 'refuse' });
    return read.outcome === 'content' ? read.content.toString('latin1') : undefined;
  };
  /** The digest goes in last: without it there is no entry. */
  const put = async (name: string, write: (part: string) => Promise<string>) => {
    await quietly(async () => {
      const path = join(folder, name);
      const part = `${path}.${randomUUID()}.part`;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        const digest = await write(part);
        await discard(name);
        await rename(part, path);
        await writeSynced(part, digest);
        await rename(part, path + digestSuffix);
      } finally {
        await rm(part, { force: true });
      }
    });
  };
  return {
    read: (name) =>
      quietly(async () => {
        const read = await readBounded(join(folder, name), { maxBytes: maxTextBytes, links: 'refuse' });
        if (read.outcome === 'absent') return undefined;
        if (read.outcome === 'content' && sha256(read.content) === (await digestOf(name))) {
          return read.content.toString('utf8');
        }
        return discard(name);
      }),
    async write(name, text) {
      await put(name, async (part) => {
        await writeSynced(part, text);
        return sha256(text);
      });
    },
    find: (name) =>
      quietly(async () => {
        const path = join(folder, name);
        const details = await lstat(path).catch(() => undefined);
        if (details === undefined) return undefined;
        const expected = await digestOf(name);
        const intact = details.isFile() && expected !== undefined && (await hashFile(path)) === expected;
        if (!intact) return discard(name);
        const now = new Date();
        await utimes(path, now, now);
        return path;
      }),
    async store(name, content) {
      grown = true;
      await put(name, (part) => readSynced(content(), part));
    },
    async trim(maxBytes) {
      if (grown) await quietly(() => trimFolder(folder, maxBytes));
    },
  };
}

/** Makes the folder; says why it can't be trusted where that is so. */
async function prepareFolder(folder: string, uid: number): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const details = await lstat(folder);
    if (!details.isDirectory()) return 'is a link or not a folder';
    if (details.uid !== uid) return 'belongs to another user';
    if ((details.mode & 0o022) !== 0) return 'can be written by other users; correct that with chmod go-w';
    if ((details.mode & 0o077) !== 0) await chmod(folder, 0o700);
    return undefined;
  } catch (error) {
    return `can't be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: sliceBytes }), hash);
  return hash.digest('hex');
}

async function writeSynced(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** @returns the digest of what was read */
async function readSynced(content: Readable, to: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(to, 'wx', 0o600);
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function trimFolder(folder: string, maxBytes: number): Promise<void> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    names
      .filter((entry) => entry.isFile() && !entry.name.endsWith(digestSuffix))
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
    if (total <= maxBytes) continue;
    await Promise.all([file.path, file.path + digestSuffix].map((path) => rm(path, { force: true })));
  }
}
