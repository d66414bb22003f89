import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files into a folder: path → content. Parents are made. */
export function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Buffer>>,
  modeOf = modeOfData,
): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: modeOf(path) });
  }
}

function modeOfData(_: string): number {
  return 0o666;
}

/** With the files in each `bin` as programs. */
export function writePrograms(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  writeFiles(folder, files, (path) => (/bin\//.test(path) ? 0o755 : 0o644));
}
