import { helpTable } from './key-lookup.ts';
import type { Size } from './layout.ts';
import { clip, padEnd } from './text.ts';
import type { Theme } from './theme.ts';

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
    section.map((row) =>
      typeof row === 'string'
        ? row
        : `  ${theme.paint('busy', padEnd(row.key, 13))} ${clip(row.help, width - 17, theme.marks.more)}`,
    ),
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
