// @ts-check
// Writes dist/types: the declarations of what `import 'source-to-images'` gives, and of nothing else.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { projectFolder } from './project.mjs';

const folder = join(projectFolder, 'dist/types');
rmSync(folder, { recursive: true, force: true });
execFileSync('npx', ['tsc', '-p', 'tsconfig.types.json'], { cwd: projectFolder, stdio: 'inherit' });

/** @type {Set<string>} */
const needed = new Set();
keep(join(folder, 'api/index.d.ts'));
for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  const file = join(folder, name);
  if (file.endsWith('.d.ts') && !needed.has(file)) rmSync(file);
}
removeEmpty(folder);

/**
 * Keeps a declaration and those that it names, as programs find them in the package.
 *
 * @param {string} file
 */
function keep(file) {
  if (needed.has(file)) return;
  needed.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, specifier = ''] of text.matchAll(/(?:\bfrom|\bimport\() ?'([^']+)'/g)) {
    // Who imports the package has no types of others.
    if (!specifier.startsWith('.')) throw new Error(`${file} names ${specifier}, which the package doesn't bring`);
    keep(resolve(dirname(file), specifier.replace(/\.ts$/, '.d.ts')));
  }
  writeFileSync(file, text.replace(/(from '\.[^']+)\.ts'/g, "$1.js'"));
}

/** @param {string} path */
function removeEmpty(path) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmpty(join(path, entry.name));
  }
  if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
}
