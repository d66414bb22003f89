import type { LogLine } from '../../source/dev/logs/log-line.ts';
import { clockTime } from '../../source/dev/state/select.ts';
import { clip, columnsOf } from '../../source/terminal/width.ts';
import type { Role } from '../theme/palettes.ts';
import type { Theme } from '../theme/theme.ts';

const roleOf: Readonly<Record<string, Role>> = { '✔': 'good', '✘': 'bad', '↷': 'faint' };

/** `── 41 · src/app.js ──────── 14:02:07 ──`, between builds. */
export function ruleLine({ text, at }: LogLine, columns: number, theme: Theme): string {
  const { paint, marks } = theme;
  const end = roleOf[text.charAt(0)];
  // The end of a build says how long it took; its beginning says when.
  const clock = end === undefined && columns >= 36 ? ` ${clockTime(at)} ` : '';
  const words = clip(theme.words(text), columns - columnsOf(clock) - 8, marks.more);
  const rest = Math.max(2, columns - columnsOf(words) - columnsOf(clock) - 6);
  const rule = (length: number): string => paint('border', marks.rule.repeat(length));
  return `${rule(2)} ${paint(end ?? 'strong', words)} ${rule(rest)}${paint('faint', clock)}${rule(2)}`;
}
