import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { helpTable } from '../../components/key-lookup.ts';
import { commands } from '../../source/cli/commands.ts';
import { fillReadme } from '../../source/cli/readme-tables.ts';

const text =
  '# sti\n<!-- keys --><!-- /keys -->\n<!-- commands -->\nOUTDATED\n<!-- /commands -->\nbetween\n<!-- exit-codes --><!-- /exit-codes -->\nend\n';

describe('fillReadme', () => {
  const filled = fillReadme(text, commands, helpTable());

  it('replaces what stands between the marks and nothing else', () => {
    expect(filled).not.toContain('OUTDATED');
    expect(filled).toMatch(/\n<!-- \/keys -->\n<!-- commands -->\n\| Command /);
    expect(filled).toContain('\n<!-- /commands -->\nbetween\n<!-- exit-codes -->\n| Exit code ');
    expect(filled).toMatch(/\n<!-- \/exit-codes -->\nend\n$/);
  });

  it('lists commands, their options but the hidden ones, and exit codes', () => {
    expect(filled).toContain('| `sti build [SOURCE [IMAGE [TAG]]]` | Build an image');
    expect(filled).toContain('| `-r, --ref REF` | Build this branch');
    expect(filled).toContain('| 60 | the assemble script failed |');
    expect(filled).not.toContain('--transport');
  });

  it('lists the keys of the dashboard by group', () => {
    expect(filled).toContain('| Builds | `enter` | Open the build');
    expect(filled).toContain('|  | `b` | Build now');
  });

  it('changes nothing the second time', () => {
    expect(fillReadme(filled, commands, helpTable())).toBe(filled);
  });

  it('refuses a text without the marks', () => {
    expect(() => fillReadme('# sti\n', commands, helpTable())).toThrow('<!-- keys -->');
  });
});

describe('README.md', () => {
  const file = new URL('../../README.md', import.meta.url);

  it('has the tables of today (UPDATE_README=1 writes them)', () => {
    if (!existsSync(file)) return;
    const { UPDATE_README } = process.env;
    const filled = fillReadme(readFileSync(file, 'utf8'), commands, helpTable());
    if (UPDATE_README) writeFileSync(file, filled);
    expect(readFileSync(file, 'utf8')).toBe(filled);
  });
});
