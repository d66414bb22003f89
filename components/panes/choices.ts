import { clip, columnsOf, harmless, padEnd } from '../../source/terminal/width.ts';
import { matching, type Overlay } from '../model/overlay.ts';
import { listStart } from '../model/viewport.ts';
import type { Size } from '../screen/layout.ts';
import type { Theme } from '../theme/theme.ts';
import { band } from './band.ts';

/** What was typed, why the one under the cursor can do nothing now, and below it what it may mean: what it does, and its key. */
export function choiceLines(
  overlay: Overlay & { readonly kind: 'choose' },
  { columns, rows }: Size,
  theme: Theme,
): string[] {
  const { paint, marks } = theme;
  const choices = matching(overlay);
  const height = Math.max(0, rows - 2);
  const start = listStart(choices.length, overlay.cursor, height);
  const list = choices.slice(start, start + height).map(({ label, detail, why }, index) => {
    const end = clip(theme.words(harmless(detail)), Math.floor(columns / 2), marks.more);
    const room = columns - columnsOf(end) - 3;
    const text = ` ${padEnd(clip(theme.words(harmless(label)), room, marks.more), room)} ${end}`;
    if (start + index === overlay.cursor) return band(text, columns, theme);
    return why === undefined ? text : paint('faint', text);
  });
  const nothing = choices.length === 0 ? [paint('faint', ' nothing is called like this')] : [];
  const reason = choices[overlay.cursor]?.why;
  const why = reason === undefined ? '' : clip(theme.words(` not now: ${reason}`), columns, marks.more);
  return [` ${paint('strong', overlay.query)}${paint('hit', ' ')}`, paint('busy', why), ...list, ...nothing];
}
