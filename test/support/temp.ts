import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export { writeFiles } from './write-files.ts';

const ofThisFile: string[] = [];

/** What `temp-setup.ts` does at the end of each test file: files may share this module. */
export function removeFoldersOfFile(): void {
  ofThisFile.splice(0).forEach(remove);
}

/** A new folder that is removed when the running test has ended. */
export function tempFolder(): string {
  const folder = make();
  onTestFinished(() => remove(folder));
  return folder;
}

/** A new folder that is removed when the test file has ended; for `beforeAll`. */
export function tempFolderOfFile(): string {
  const folder = make();
  ofThisFile.push(folder);
  return folder;
}

function make(): string {
  return mkdtempSync(join(tmpdir(), 'sti-test-'));
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
