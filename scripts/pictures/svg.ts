/** A place of the screen: what stands there and how it looks. A wide character is followed by a cell of width 0. */
export interface Cell {
  readonly text: string;
  /** In columns. */
  readonly width: 0 | 1 | 2;
  /** Such as `#56d364`; the terminal's usual one when absent. */
  readonly colour?: string;
  readonly background?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}

export type Ground = 'dark' | 'light';

/** The window has its own background, so that the picture reads the same on a light and on a dark page. */
const looks = {
  dark: { text: '#d0d7de', paper: '#0d1117', bar: '#21262d', edge: '#6e7681' },
  light: { text: '#1f2328', paper: '#ffffff', bar: '#eaeef2', edge: '#8c959f' },
} as const satisfies Readonly<Record<Ground, unknown>>;
const fonts =
  'ui-monospace,SFMono-Regular,Menlo,Consolas,&quot;DejaVu Sans Mono&quot;,&quot;Liberation Mono&quot;,monospace';
const size = { font: 14, column: 8.4, row: 19, margin: 14, bar: 34 };

/** Borders are drawn as lines, for in many fonts those of one row don't reach the next. From the middle of the cell. */
const borders = new Map([
  ['─', 'h-4.2h8.4'],
  ['│', 'v-9.5v19'],
  ['╭', 'm4.2 0q-4.2 0-4.2 4.2v5.3'],
  ['╮', 'm-4.2 0q4.2 0 4.2 4.2v5.3'],
  ['╯', 'm-4.2 0q4.2 0 4.2-4.2v-5.3'],
  ['╰', 'm4.2 0q-4.2 0-4.2-4.2v-5.3'],
]);

/**
 * A picture of a screen in the frame of a window.
 *
 * @param rows as many cells in each as the screen has columns
 * @param title what the window's bar says, and what a screen reader reads
 */
export function svgOf(rows: readonly (readonly Cell[])[], title: string, ground: Ground = 'dark'): string {
  const columns = Math.max(...rows.map((row) => row.length));
  return inWindow(
    [columns, rows.length],
    { title, ground },
    rows.flatMap((row, index) => rowParts(row, index, ground)),
  );
}

/** What a row of the screen consists of, drawn in the place of this row. */
export function rowParts(row: readonly Cell[], index: number, ground: Ground): string[] {
  return runsOf(row).flatMap((run) => drawn(run, index, looks[ground]));
}

/** The frame of a window of so many columns and rows, with this in it. */
export function inWindow(
  [columns, rows]: readonly [number, number],
  { title, ground }: { readonly title: string; readonly ground: Ground },
  content: readonly string[],
): string {
  const look = looks[ground];
  const width = Math.ceil(columns * size.column + 2 * size.margin);
  const height = rows * size.row + size.bar + 2 * size.margin;
  const buttons = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, index) => `<circle cx="${20 + index * 20}" cy="${size.bar / 2}" r="6" fill="${colour}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${fonts}" font-size="${size.font}">`,
    `<title>${escaped(title)}</title>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="${look.paper}" stroke="${look.edge}"/>`,
    `<path d="M1 ${size.bar}V9.5a8.5 8.5 0 0 1 8.5-8.5H${width - 9.5}a8.5 8.5 0 0 1 8.5 8.5V${size.bar}z" fill="${look.bar}"/>`,
    ...buttons,
    `<text x="${width / 2}" y="${size.bar / 2 + 5}" fill="${look.text}" text-anchor="middle">${escaped(title)}</text>`,
    ...content,
    '</svg>',
    '',
  ].join('\n');
}

/** Neighbours that look the same. */
interface Run {
  readonly start: number;
  width: number;
  text: string;
  readonly cell: Cell;
  readonly border: boolean;
}

function runsOf(row: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  let start = 0;
  for (const cell of row) {
    const text = cell.text || ' ';
    const border = borders.has(text);
    const last = runs.at(-1);
    // A character that isn't ASCII ends its run: fonts may lack it, and its stand-in is of another width.
    const goesOn = border || (last && isPlain(last.text) && isPlain(text));
    if (last && goesOn && last.border === border && looksLike(last.cell, cell)) {
      last.text += text;
      last.width += cell.width;
    } else if (cell.width > 0) runs.push({ start, width: cell.width, text, cell, border });
    start += cell.width;
  }
  return runs;
}

function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

function looksLike(one: Cell, other: Cell): boolean {
  return (
    one.colour === other.colour &&
    one.background === other.background &&
    !one.bold === !other.bold &&
    !one.dim === !other.dim &&
    !one.inverse === !other.inverse
  );
}

function drawn({ start, width, text, cell, border }: Run, row: number, look: (typeof looks)[Ground]): string[] {
  const { colour = look.text, background = look.paper, inverse = false } = cell;
  const [ink, paper] = inverse ? [background, colour] : [colour, background];
  const top = size.bar + size.margin + row * size.row;
  const left = size.margin + start * size.column;
  const parts: string[] = [];
  if (paper !== look.paper) {
    parts.push(
      `<rect x="${short(left)}" y="${top}" width="${short(width * size.column)}" height="${size.row}" fill="${paper}"/>`,
    );
  }
  const faint = cell.dim ? ' opacity=".65"' : '';
  if (border) {
    const path = [...text].map(
      (character, index) =>
        `M${short(left + (index + 0.5) * size.column)} ${top + size.row / 2}${borders.get(character)}`,
    );
    const stroke = cell.bold ? 2 : 1.2;
    parts.push(`<path d="${path.join('')}" fill="none" stroke="${ink}" stroke-width="${stroke}"${faint}/>`);
  } else if (text.trim() !== '') {
    const bold = cell.bold ? ' font-weight="bold"' : '';
    // Each piece is held to its place and length, whatever font the reader has.
    for (const { 0: words, index } of text.matchAll(/\S+( \S+)*/g)) {
      const x = short(left + index * size.column);
      const length = short((isPlain(text) ? words.length : width) * size.column);
      parts.push(
        `<text x="${x}" y="${top + 14}" textLength="${length}" lengthAdjust="spacingAndGlyphs" fill="${ink}"${bold}${faint}>${escaped(words)}</text>`,
      );
    }
  }
  return parts;
}

function short(value: number): number {
  return Number(value.toFixed(1));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
