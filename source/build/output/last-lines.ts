import type { OutputPiece } from '../events.ts';

/** Longest line kept; characters. */
const longest = 4096;

/** Keeps the last lines of an output for an error message. Empty lines at the end don't count. */
export class LastLines {
  readonly #limit: number;
  readonly #lines: string[] = [];
  /** Unfinished lines: the two streams may take turns in the middle of one. */
  readonly #open = new Map<OutputPiece['stream'], string>();

  constructor(limit = 20) {
    this.#limit = limit;
  }

  add({ stream, lines, open }: Pick<OutputPiece, 'stream' | 'lines' | 'open'>): void {
    this.#open.set(stream, open);
    for (const line of lines.slice(-this.#limit)) this.#lines.push(line.slice(0, longest));
    this.#lines.splice(0, this.#lines.length - this.#limit);
  }

  get lines(): readonly string[] {
    const open = [...this.#open.values()].filter((line) => line !== '').map((line) => line.slice(0, longest));
    const all = [...this.#lines, ...open];
    while (all.at(-1)?.trim() === '') all.pop();
    return all.slice(-this.#limit);
  }
}
