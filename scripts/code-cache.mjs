// @ts-check
// Writes V8's code cache of the program: what it compiles in a build that finds no engine, which is all that runs before
// one is asked. source/launch.ts reads it.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Script } from 'node:vm';

const program = resolve(import.meta.dirname, '../dist/sti.js');
// Without its folder, which is another one where the package is installed.
const script = new Script(readFileSync(program, 'latin1'), { filename: 'sti.js' });
process.argv.splice(2, Number.POSITIVE_INFINITY, 'build', '.', 'builder', 'app', '-U', 'unix:///nonexistent/socket');
process.stderr.write = () => true;
process.once('exit', () => {
  writeFileSync(`${program}.cache`, script.createCachedData());
  process.exitCode = 0;
});
/** @param {string} specifier */
const importModule = (specifier) => import(specifier);
script.runInThisContext()(createRequire(program), program, importModule);
