import { cellsOf } from './cells.ts';
import type { Screen } from './screen.ts';
import type { Cell, Ground } from './svg.ts';

/** A row of the screen, and from when to when it was there; seconds. */
export interface Shown {
  readonly row: number;
  readonly cells: readonly Cell[];
  readonly from: number;
  readonly to: number;
}

export interface Recording {
  /** What was written, and when; seconds. */
  readonly output: readonly (readonly [seconds: number, text: string])[];
  readonly rows: readonly Shown[];
  readonly seconds: number;
}

/** How often the screen is looked at: what changes faster, such as a spinner, needn't be seen to. Milliseconds. */
const everyMs = 250;

/** Records what a screen shows until it is told to stop. */
export function record({ terminal, onData }: Screen, ground: Ground): () => Recording {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const output: [number, string][] = [];
  const rows: Shown[] = [];
  let open: { readonly cells: readonly Cell[]; readonly key: string; readonly from: number }[] = [];
  const close = (row: number, to: number): void => {
    const before = open[row];
    if (before !== undefined && to > before.from) rows.push({ row, cells: before.cells, from: before.from, to });
  };
  const look = (): void => {
    const now = seconds();
    open = cellsOf(terminal, ground).map((cells, row) => {
      const key = JSON.stringify(cells);
      const before = open[row];
      if (before?.key === key) return before;
      close(row, now);
      return { cells, key, from: now };
    });
  };
  const listening = onData((text) => output.push([seconds(), text]));
  const timer = setInterval(look, everyMs);
  return () => {
    clearInterval(timer);
    listening.dispose();
    look();
    const end = seconds();
    for (const row of open.keys()) close(row, end);
    return { output, rows, seconds: end };
  };
}

/** The recording as asciinema plays it (asciicast v2): a line of JSON for the head, and one for each piece of output. */
export function asciicast(
  { output }: Recording,
  {
    columns,
    rows,
    title,
    at,
  }: { readonly columns: number; readonly rows: number; readonly title: string; readonly at: number },
): string {
  const env = { TERM: 'xterm-256color', SHELL: '/bin/sh' };
  const head = { version: 2, width: columns, height: rows, timestamp: Math.floor(at / 1000), title, env };
  const lines = output.map(([seconds, text]) => [Number(seconds.toFixed(3)), 'o', text]);
  return [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}
