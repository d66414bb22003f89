import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { hasCode } from './file-errors.ts';

const run = promisify(execFile);

/** Removes a path with all that is below it, also folders that their owner may not change. */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'ENOTEMPTY')) throw error;
    openFolders(path);
    rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Removes a folder that nobody writes to any more, whatever a script has left in it: folders without write permission,
 * and folders nested deeper than a path may be long.
 */
export async function removeFolder(folder: string): Promise<void> {
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 2 });
  try {
    await remove();
  } catch {
    try {
      openFolders(folder);
      await remove();
    } catch {
      await removeByProgram([folder]);
    }
  }
}

/** By `rm`, which goes down folder by folder: it follows no link that is put in its way, and no path is too long for it. */
export async function removeByProgram(paths: readonly string[]): Promise<void> {
  await run('rm', ['-rf', '--', ...paths], { cwd: '/' });
}

function openFolders(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openFolders(`${folder}/${entry.name}`);
  }
}
