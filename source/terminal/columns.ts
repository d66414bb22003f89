/** The width of a step's line where the terminal doesn't set a smaller one (docs/dashboard.md, "Lines"). */
const lineWidth = 81;
const nameWidth = 11;

/** `source     /home/me/app · 312 files                    0.02s` */
export function stepLine(name: string, summary: string, duration: string, columns: number | undefined): string {
  const width = Math.min(columns ?? lineWidth, lineWidth);
  const start = name.padEnd(nameWidth) + summary;
  const room = width - start.length - duration.length;
  return room >= 2 ? start + ' '.repeat(room) + duration : `${start}  ${duration}`;
}

export function namedLine(name: string, text: string): string {
  return name.padEnd(nameWidth) + text;
}

/** Breaks text into lines of at most `width` characters, between words; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * Two columns, the right one wrapped. A left cell that is wider than `leftWidth` has its line for itself.
 * @returns lines without a newline at their end
 */
export function twoColumns(rows: readonly (readonly [string, string])[], width: number, leftLimit: number): string[] {
  const leftWidth = Math.max(0, ...rows.map(([left]) => left.length).filter((length) => length <= leftLimit));
  const indent = ' '.repeat(leftWidth + 4);
  return rows.flatMap(([left, right]) => {
    const lines = right === '' ? [] : wrap(right, width - indent.length).map((line) => indent + line);
    if (left.length > leftWidth || lines.length === 0) return [`  ${left}`, ...lines];
    const [first = '', ...others] = lines;
    return [`  ${left.padEnd(leftWidth)}  ${first.trimStart()}`, ...others];
  });
}
