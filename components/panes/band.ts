import { plainText } from '../../source/terminal/plain.ts';
import { clip, padEnd } from '../../source/terminal/width.ts';
import type { Theme } from '../theme/theme.ts';

/** The row under the cursor: one plain band with a mark at its left, which the row has a column for. */
export function band(line: string, columns: number, { paint, marks }: Theme): string {
  const text = plainText(line).replace(/^ /, marks.cursor);
  return paint('cursor', padEnd(clip(text, columns, marks.more), columns));
}
