// @ts-check
// Writes V8's code cache of the program: what it compiles in one build, from the start to the image. source/launch.ts reads
// it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { pretendEngine } from './pretend-engine.mjs';

const program = resolve(import.meta.dirname, '../dist/sti.js');
// The path of a socket has at most 104 bytes.
const folder = mkdtempSync(join(tmpdir().length < 60 ? tmpdir() : '/tmp', 'sti-code-cache-'));
const socket = join(folder, 'engine.sock');
pretendEngine(socket);
for (const name of ['XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'TMPDIR']) process.env[name] = folder;
const source = resolve(import.meta.dirname, '../templates/static');
process.argv.splice(
  2,
  Number.POSITIVE_INFINITY,
  'build',
  source,
  'builder',
  'app',
  '--clean',
  '--progress',
  'plain',
  '-U',
  `unix://${socket}`,
);

// Without its folder, which is another one where the package is installed.
const script = new Script(readFileSync(program, 'latin1'), { filename: 'sti.js' });
/** @type {string[]} */
const said = [];
process.stderr.write = (chunk) => said.push(String(chunk)) > 0;
process.stdout.write = () => true;
process.once('exit', (code) => {
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) return void writeSync(2, `the build that fills the code cache failed:\n${said.join('')}`);
  writeFileSync(`${program}.cache`, script.createCachedData());
});
/** @param {string} specifier */
const importModule = (specifier) => import(specifier);
script.runInThisContext()(createRequire(program), program, importModule);
