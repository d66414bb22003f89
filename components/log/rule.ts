import type { LogLine } from '../../source/dev/logs/log-line.ts';
import { clockTime } from '../../source/dev/state/select.ts';
import { clip, columnsOf } from '../../source/terminal/width.ts';
import { shortFailure } from '../steps/words.ts';
import type { Role } from '../theme/palettes.ts';
import type { Theme } from '../theme/theme.ts';

const roleOf: Readonly<Record<string, Role>> = { '✔': 'good', '✘': 'bad', '↷': 'faint' };

/** `── 41 · src/app.js ──────── 14:02:07 ──`, between builds. */
export function ruleLine({ text, at }: LogLine, columns: number, theme: Theme): string {
  const { paint, marks } = theme;
  const end = roleOf[text.charAt(0)];
  // The end of a build says how long it took; its beginning says when.
  const clock = end === undefined && columns >= 36 ? ` ${clockTime(at)} ` : '';
  const room = columns - columnsOf(clock) - 8;
  const words = clip(theme.words(end === undefined ? text : brief(text, room)), room, marks.more);
  const rest = Math.max(2, columns - columnsOf(words) - columnsOf(clock) - 6);
  const rule = (length: number): string => paint('border', marks.rule.repeat(length));
  return `${rule(2)} ${paint(end ?? 'strong', words)} ${rule(rest)}${paint('faint', clock)}${rule(2)}`;
}

/** `✔ 3 served in 453 ms · in place`: how a build ended, with as much of why as has room as a whole. */
function brief(text: string, room: number): string {
  const choices = [
    text,
    shortFailure(text),
    text.replace(/ \([^)]*\)$/, ''),
    text.replace(/( · [^:]*|superseded[^:]*): .*$/, '$1'),
    shortFailure(text).replace(/ · .*$|: assemble(?= exit)| by a newer save: .*$/, ''),
  ];
  return choices.find((choice) => columnsOf(choice) <= room) ?? choices.at(-1) ?? text;
}
