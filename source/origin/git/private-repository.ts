import { lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitFolders, type Head, readTags } from './checkout.ts';
import { readInside } from './read-file.ts';

/**
 * Makes a repository of sti's own that has the objects, the index and the HEAD of a checkout, and nothing else of it: no
 * configuration, hook, remote, alternate, replacement or attribute of theirs can count, whatever git learns to read next.
 * @param folder made by this
 */
export async function makePrivateRepository(folder: string, folders: GitFolders, head: Head): Promise<void> {
  const { own, common } = folders;
  await mkdir(join(folder, 'objects'), { recursive: true });
  await mkdir(join(folder, 'refs'));
  await mkdir(join(folder, 'info'));
  const sha256 = head.id.length === 64 ? '[extensions]\nobjectFormat = sha256\n' : '';
  await Promise.all([
    writeFile(join(folder, 'config'), `[core]\nrepositoryFormatVersion = 1\nbare = false\n${sha256}`),
    writeFile(join(folder, 'HEAD'), `${head.id}\n`),
    head.branch === undefined ? writeTags(folder, folders) : undefined,
    linkIndex(join(own, 'index'), join(folder, 'index')),
    copyExclude(common, folder),
    linkObjects(join(common, 'objects'), join(folder, 'objects')),
  ]);
}

async function writeTags(folder: string, folders: GitFolders): Promise<void> {
  const lines = [...(await readTags(folders))].map(([name, id]) => `${id} ${name}\n`);
  await writeFile(join(folder, 'packed-refs'), lines.join(''));
}

/** Not a copy: git compares its time with the times of the files that it lists. */
async function linkIndex(from: string, to: string): Promise<void> {
  if ((await lstat(from).catch(() => undefined))?.isFile()) await symlink(from, to);
}

async function copyExclude(common: string, folder: string): Promise<void> {
  const patterns = await readInside(common, join(common, 'info/exclude'));
  if (patterns !== undefined) await writeFile(join(folder, 'info/exclude'), patterns);
}

/** Only folders of regular files: git would wait for a pipe. What `objects/info` names elsewhere is left out. */
async function linkObjects(from: string, to: string): Promise<void> {
  if (!(await lstat(from)).isDirectory()) return;
  const entries = await readdir(from, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && /^([0-9a-f]{2}|pack)$/.test(entry.name));
  await Promise.all(
    folders.map(async ({ name }) => {
      const files = await readdir(join(from, name), { withFileTypes: true });
      if (files.length > 0 && files.every((file) => file.isFile())) await symlink(join(from, name), join(to, name));
    }),
  );
}
