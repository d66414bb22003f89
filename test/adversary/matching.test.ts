import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeBuilder } from '../support/builders.ts';
import { sti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

/** Each would be tried in more ways than there is time for. */
const patterns = ['*a'.repeat(14), '**/a*'.repeat(30), '?*'.repeat(40), '[a-z]*'.repeat(40), 'a**'.repeat(40)];

it.each(['.stiignore', '.s2iignore', '.dockerignore'])(
  'hostile patterns in %s are done with any name',
  async (file) => {
    const source = tempFolder();
    writeFiles(source, { 'index.html': 'hello\n', [file]: patterns.map((pattern) => `${pattern}!\n`).join('') });
    let folder = source;
    for (let depth = 0; depth < 10; depth += 1) {
      writeFileSync(join(folder, 'a'.repeat(120)), '');
      folder = join(folder, 'a'.repeat(200));
      mkdirSync(folder);
    }
    const { exitCode, stderr } = await sti(['build', source, await makeBuilder('root')]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  },
);
