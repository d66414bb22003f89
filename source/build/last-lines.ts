import type { OutputSink } from './standby.ts';

/** Longest line kept; characters. */
const longest = 4096;

/** Keeps the last lines of an output for an error message; passes everything on. Empty lines at the end don't count. */
export class LastLines {
  readonly #limit: number;
  readonly #lines: string[] = [];
  /** Unfinished lines: the two streams may take turns in the middle of one. */
  readonly #partial = new Map<string, string>();

  constructor(limit = 20) {
    this.#limit = limit;
  }

  add(text: string, stream = 'stdout'): void {
    const lines = ((this.#partial.get(stream) ?? '') + text).split('\n');
    this.#partial.set(stream, (lines.pop() ?? '').slice(-longest));
    for (const line of lines.slice(-this.#limit)) this.#lines.push(line.slice(0, longest));
    this.#lines.splice(0, this.#lines.length - this.#limit);
  }

  get lines(): readonly string[] {
    const all = [...this.#lines, ...[...this.#partial.values()].filter((line) => line !== '')];
    while (all.at(-1)?.trim() === '') all.pop();
    return all.slice(-this.#limit);
  }

  /** A sink that remembers and passes on. */
  tap(sink: OutputSink): OutputSink {
    return (stream, bytes) => {
      this.add(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'), stream);
      return sink(stream, bytes);
    };
  }
}
