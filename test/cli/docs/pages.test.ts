import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpTable } from '../../../components/keys/lookup.ts';
import { manPage } from '../../support/docs/man.ts';
import { fillCommands, fillKeys } from '../../support/docs/tables.ts';
import { optionTypes } from '../../support/docs/types.ts';
import { tempFolder } from '../../support/temp.ts';

const text =
  '# Commands\n<!-- commands -->\nOUTDATED\n<!-- /commands -->\nbetween\n<!-- exit-codes --><!-- /exit-codes -->\nend\n';

describe('fillCommands', () => {
  const filled = fillCommands(text);

  it('replaces what stands between the marks and nothing else', () => {
    expect(filled).not.toContain('OUTDATED');
    expect(filled).toMatch(/^# Commands\n<!-- commands -->\n\| Command /);
    expect(filled).toContain('\n<!-- /commands -->\nbetween\n<!-- exit-codes -->\n| Exit code ');
    expect(filled).toMatch(/\n<!-- \/exit-codes -->\nend\n$/);
  });

  it('lists commands, their options but the hidden ones, and exit codes', () => {
    expect(filled).toContain('| `sti build [SOURCE [IMAGE [TAG]]]` | Build an image');
    expect(filled).toContain('| `-r, --ref REF` | Build this branch');
    expect(filled).toContain('| 60 | the assemble script failed |');
    expect(filled).not.toContain('--transport');
  });

  it('changes nothing the second time', () => {
    expect(fillCommands(filled)).toBe(filled);
  });

  it('refuses a text without the marks', () => {
    expect(() => fillCommands('# sti\n')).toThrow('<!-- commands -->');
  });
});

describe('fillKeys', () => {
  it('lists the keys of the dashboard by group', () => {
    const filled = fillKeys('<!-- keys --><!-- /keys -->\n', helpTable());
    expect(filled).toContain('| Builds | `enter` | Open the build');
    expect(filled).toContain('|  | `b` | Build now');
  });
});

describe('docs/api.md', () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

  it('explains each export of the package', () => {
    const exports = [...read('source/api/index.ts').matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(
      ([, names = '']) => names.match(/\b(?!type\b)\w+/g) ?? [],
    );
    expect(exports).toEqual(expect.arrayContaining(['build', 'dev', 'StiError', 'BuildEvent']));
    const page = read('docs/api.md');
    expect(exports.filter((name) => !new RegExp(`\`${name}\\b`).test(page))).toEqual([]);
  });
});

describe('the manual page', () => {
  const installed = ['groff', 'man'].filter((program) => spawnSync(program, ['--version']).error === undefined);

  it.each(installed)('has nothing to warn of for %s, and each option as it is typed', (program) => {
    const file = join(tempFolder(), 'sti.1');
    writeFileSync(file, manPage());
    const args = program === 'groff' ? ['-ww', '-man', '-Tutf8', '-P-cbou'] : ['--warnings', '-l'];
    const env = { ...process.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8' };
    const { stdout, stderr, status } = spawnSync(program, [...args, file], { encoding: 'utf8', env });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    for (const words of ['--callbackUrl, --callback-url URL', '~/.config/sti/config.json', 'sti dev shop admin']) {
      expect(stdout).toContain(words);
    }
  });
});

describe('the pages', () => {
  it.each<[string, (page: string) => string]>([
    ['source/api/options.ts', () => optionTypes()],
    ['man/sti.1', () => manPage()],
    ['docs/commands.md', (page) => fillCommands(page)],
    ['docs/dashboard.md', (page) => fillKeys(page, helpTable())],
  ])('%s is as the tables are today (npm run docs writes it)', (name, fill) => {
    const file = new URL(`../../../${name}`, import.meta.url);
    const { UPDATE_DOCS } = process.env;
    const before = readFileSync(file, 'utf8');
    const filled = fill(before);
    if (UPDATE_DOCS && before !== filled) writeFileSync(file, filled);
    expect(readFileSync(file, 'utf8')).toBe(filled);
  });
});
