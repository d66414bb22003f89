import { expect, it } from 'vitest';
import { ruleLine } from '../../../components/log/rule.ts';
import { createTheme } from '../../../components/theme/theme.ts';
import type { LogLine } from '../../../source/dev/logs/log-line.ts';

const theme = createTheme({ depth: 1, unicode: true });
const rule = (text: string, columns: number) => {
  const line: LogLine = { text, at: 0, source: 'build', build: 3 };
  return ruleLine(line, columns, theme).replace(/\x1b\[[\d;]*m/g, '');
};

it.each([
  [
    '✔ 3 served in 41 ms · sync: *.html is only copied (learned from build 2)',
    58,
    '✔ 3 served in 41 ms · sync: *.html is only copied',
  ],
  ['✔ 3 served in 453 ms · in place: the container is the same', 44, '✔ 3 served in 453 ms · in place'],
  ['↷ 8 superseded by a newer save: it had only begun', 44, '↷ 8 superseded by a newer save'],
  ['✘ 9 failed: assemble failed with exit code 1', 44, '✘ 9 failed: assemble exit 1'],
])('%s in %i columns is no cut word', (text, columns, shown) => {
  expect(rule(text, columns)).toMatch(new RegExp(`^── ${shown.replaceAll('*', '.')} ─+$`));
  expect(rule(text, columns)).toHaveLength(columns);
});

it('the beginning of a build has its clock', () => {
  expect(rule('10 · site.config.js', 43)).toMatch(/^── 10 · site\.config\.js ─+ \d\d:\d\d:\d\d ──$/);
});
