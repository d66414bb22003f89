import { mkdtemp, rmdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Disk, EngineFacts } from '../facts.ts';

/** @param engine undefined when none was reached */
export async function gatherDisks(tmpDir: string, engine: EngineFacts | undefined): Promise<Disk[]> {
  const temporary = {
    use: 'temporary files',
    path: tmpDir,
    free: await freeAt(tmpDir),
    writable: await isWritable(tmpDir),
  };
  const root = engine?.description.root;
  if (!root) return [temporary];
  const free = engine.here ? await freeNear(root) : undefined;
  return [{ use: 'images', path: root, free, writable: true }, temporary];
}

/** Of a folder that only the engine may enter the folder around it tells, as long as nothing is mounted in between. */
async function freeNear(path: string): Promise<number | undefined> {
  return (await freeAt(path)) ?? (path === '/' ? undefined : freeNear(dirname(path)));
}

async function freeAt(path: string): Promise<number | undefined> {
  return statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
}

async function isWritable(folder: string): Promise<boolean> {
  return mkdtemp(join(folder, 'sti-doctor-')).then(
    (made) => rmdir(made).then(() => true),
    () => false,
  );
}
