import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../source/cli/commands.ts';
import { fillReadme } from '../../source/cli/readme-tables.ts';

const text =
  '# sti\n<!-- commands -->\nOUTDATED\n<!-- /commands -->\nbetween\n<!-- exit-codes --><!-- /exit-codes -->\nend\n';

describe('fillReadme', () => {
  const filled = fillReadme(text, commands);

  it('replaces what stands between the marks and nothing else', () => {
    expect(filled).not.toContain('OUTDATED');
    expect(filled).toMatch(/^# sti\n<!-- commands -->\n\| Command /);
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
    expect(fillReadme(filled, commands)).toBe(filled);
  });

  it('refuses a text without the marks', () => {
    expect(() => fillReadme('# sti\n', commands)).toThrow('<!-- commands -->');
  });
});

describe('README.md', () => {
  const file = new URL('../../README.md', import.meta.url);

  it('has the tables of today (UPDATE_README=1 writes them)', () => {
    if (!existsSync(file)) return;
    const { UPDATE_README } = process.env;
    const filled = fillReadme(readFileSync(file, 'utf8'), commands);
    if (UPDATE_README) writeFileSync(file, filled);
    expect(readFileSync(file, 'utf8')).toBe(filled);
  });
});
