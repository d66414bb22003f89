/** A row of the log on the screen: a line, and which of its rows when lines are wrapped. */
export interface Position {
  readonly line: number;
  readonly row: number;
}

/** The lines to look at, one after the other, each some rows high. */
export interface RowSource {
  next(line: number): number | undefined;
  previous(line: number): number | undefined;
  /** Rows that the line takes; at least 1. */
  height(line: number): number;
}

/** The rows from `top` on, at most `height` of them. */
export function rowsFrom(source: RowSource, top: Position, height: number): Position[] {
  const rows: Position[] = [];
  let line = source.next(top.line);
  let row = line === top.line ? Math.min(top.row, source.height(top.line) - 1) : 0;
  while (line !== undefined && rows.length < height) {
    const end = source.height(line);
    for (; row < end && rows.length < height; row++) rows.push({ line, row });
    row = 0;
    line = source.next(line + 1);
  }
  return rows;
}

/** The last `height` rows up to the line `last`. */
export function rowsUpTo(source: RowSource, last: number, height: number): Position[] {
  const rows: Position[] = [];
  let line = source.previous(last);
  while (line !== undefined && rows.length < height) {
    for (let row = source.height(line) - 1; row >= 0 && rows.length < height; row--) rows.push({ line, row });
    line = source.previous(line - 1);
  }
  return rows.reverse();
}

/**
 * What is on the screen: from `top` on, or the end when `top` is undefined. It never shows emptiness below the last line
 * while there are lines above.
 */
export function windowRows(source: RowSource, top: Position | undefined, end: number, height: number): Position[] {
  if (top !== undefined) {
    const rows = rowsFrom(source, top, height);
    if (rows.length === height) return rows;
  }
  return rowsUpTo(source, end - 1, height);
}

/**
 * The top of the window after scrolling by `delta` rows; undefined when that shows the end.
 * @param shown the rows on the screen now
 */
export function scroll(
  source: RowSource,
  shown: readonly Position[],
  delta: number,
  height: number,
): Position | undefined {
  const top = shown[0];
  if (top === undefined) return undefined;
  if (delta < 0) {
    const above = rowsUpTo(source, top.line, -delta + source.height(top.line)).filter(
      ({ line, row }) => line < top.line || row < top.row,
    );
    return above.at(delta) ?? above[0] ?? top;
  }
  const rows = rowsFrom(source, top, height + delta + 1);
  return rows.length <= height + delta ? undefined : rows[delta];
}

/** The top that shows the line a third from the window's top. */
export function topFor(source: RowSource, line: number, height: number): Position {
  const above = rowsUpTo(source, line - 1, Math.floor(height / 3));
  return above[0] ?? { line, row: 0 };
}

/** The first index shown of a list of which `height` rows clip, so that the cursor is among them. */
export function listStart(count: number, cursor: number, height: number): number {
  const wanted = Math.max(0, cursor - Math.floor(height / 2));
  return Math.max(0, Math.min(wanted, count - height));
}
