#!/usr/bin/env sh
// The bin. Parsing the program took a quarter of the start-up of `sti build`: V8 can read what it parsed when the program
// was bundled (scripts/build.mjs) instead. Another version of Node refuses that and parses as usual.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

const program = join(import.meta.dirname, 'sti.js');
const script = new Script(readFileSync(program, 'latin1'), { filename: program, cachedData: codeCache() });
// A script from a code cache has no import() of its own.
const importModule = (specifier: string): Promise<unknown> => import(specifier);
script.runInThisContext()(createRequire(program), import.meta.filename, importModule);

function codeCache(): Buffer | undefined {
  try {
    return readFileSync(`${program}.cache`);
  } catch {
    return undefined;
  }
}
