import { padEnd, wrapWords } from '../../source/terminal/width.ts';
import { helpTable } from '../keys/lookup.ts';
import type { Size } from '../screen/layout.ts';
import type { Theme } from '../theme/theme.ts';

/** Every key and what it does, in one column or, where there's room, two. All lines, also those that don't fit. */
export function helpLines({ columns, rows }: Size, theme: Theme): string[] {
  const sections = helpTable().map(({ group, rows: keys }) => [
    theme.paint('strong', group),
    ...keys.map(([key, help]) => ({ key, help })),
    '',
  ]);
  const isWide = columns >= 130;
  const width = isWide ? Math.floor((columns - 2) / 2) : columns;
  const lines = sections.map((section) =>
    section.flatMap((row) => (typeof row === 'string' ? [row] : keyLines(row, width, theme))),
  );
  if (!isWide) {
    // Where it's low the empty lines between the groups go first.
    const all = lines.flat();
    return all.length > rows ? all.filter((line) => line !== '') : all;
  }
  const [left, right] = [lines.slice(0, 2).flat(), lines.slice(2).flat()];
  return Array.from(
    { length: Math.max(left.length, right.length) },
    (_none, row) => `${padEnd(left[row] ?? '', width)}  ${right[row] ?? ''}`,
  );
}

function keyLines({ key, help }: { key: string; help: string }, width: number, theme: Theme): string[] {
  return wrapWords(help, width - 17).map(
    (words, index) => `  ${theme.paint('busy', padEnd(index === 0 ? key : '', 13))} ${words}`,
  );
}
