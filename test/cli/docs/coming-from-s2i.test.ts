import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../source/cli/command-line/table.ts';
import { options, optionsBySpelling } from '../../../source/cli/options/table.ts';

/** Every long option of `s2i build` 1.6, and those of its engine. */
const flags = `add-host allowed-uids application-name as-dockerfile assemble-runtime-user assemble-user ca callback-url
cap-drop cert context-dir copy description destination dockercfg-path env environment-file exclude ignore-submodules
image-scripts-url incremental incremental-pull-policy inject keep-symlinks key loglevel network pull-policy quiet ref rm
run runtime-artifact runtime-image runtime-pull-policy save-temp-dir scripts-url tls tlsverify url use-config
volume`
  .split(/\s+/)
  .map((name) => `--${name}`);

const page = readFileSync(new URL('../../../docs/coming-from-s2i.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| (`--[^|]*) \| (\w+) \|/gm)].flatMap(([, names = '', verdict = '']) =>
  [...names.matchAll(/`(--[\w-]+)`/g)].map(([, name = '']) => ({ name, verdict })),
);

describe('docs/coming-from-s2i.md', () => {
  it('has each option of s2i once', () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual(flags.toSorted());
  });

  it('says of each whether it is the same, better, different, or what there is instead', () => {
    expect(rows.filter(({ verdict }) => !['same', 'better', 'different', 'instead'].includes(verdict))).toEqual([]);
  });

  it('is true: sti build takes those, and of the others a wrong command line says what to do instead', () => {
    const taken = (name: string) => {
      const option = optionsBySpelling.get(name);
      return option !== undefined && commands.build.options.includes(option) && options[option].hidden !== true;
    };
    expect(rows.filter(({ name, verdict }) => taken(name) !== (verdict !== 'instead'))).toEqual([]);
  });

  it('has each command that both have', () => {
    for (const name of ['build', 'rebuild', 'usage', 'create', 'generate', 'completion', 'version']) {
      expect(Object.keys(commands)).toContain(name);
      expect(page).toContain(`| \`s2i ${name}\` | \`sti ${name}\` |`);
    }
  });
});
