import { areAlike } from './alike.ts';
import { type BlockMemory, createMemory, indexBytes, LogBlock, sourceMask } from './log-block.ts';
import type { LogFilter, LogLine, LogReader, Run } from './log-line.ts';

export interface LogBufferOptions {
  /** How much memory the lines may take. */
  readonly bytes?: number;
}

export interface LogPiece extends Omit<LogLine, 'text'> {
  readonly stream: string;
  readonly lines: readonly string[];
  readonly open: string;
}

/**
 * All that was printed, line by line, bounded by bytes: the oldest lines are forgotten, a block at a time. Lines that are not
 * ended yet stand after the last one, so that a prompt or a progress bar can be seen.
 */
export class LogBuffer implements LogReader {
  readonly #limit: number;
  readonly #blocks: LogBlock[] = [];
  /** What each stream has printed last and not ended. */
  readonly #streams = new Map<string, LogLine>();
  #open: readonly LogLine[] = [];
  #ended = 0;
  #last: LogLine | undefined;
  #bytes = 0;
  version = 0;

  constructor({ bytes = 32 * 1024 * 1024 }: LogBufferOptions = {}) {
    this.#limit = bytes;
  }

  get first(): number {
    return this.#blocks[0]?.first ?? this.#ended;
  }

  get unfinished(): number {
    return this.#ended;
  }

  get end(): number {
    return this.#ended + this.#open.length;
  }

  /** Memory that the lines take. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Lines that a stream has ended, and the one that it hasn't; what `stream` is called only tells one from another. What
   * another build left unfinished is a line of that build.
   */
  append({ lines, open, source, stream, build, at }: LogPiece): void {
    const key = `${source} ${stream}`;
    const last = this.#streams.get(key);
    if (last !== undefined && last.build !== build) this.#add(last);
    for (const text of lines) this.#add({ text, source, build, at });
    if (open === '') this.#streams.delete(key);
    else this.#streams.set(key, { text: open, source, build, at });
    this.#open = [...this.#streams.values()];
    this.version += 1;
  }

  line(number: number): LogLine | undefined {
    if (number >= this.#ended) return this.#open[number - this.#ended];
    const block = this.#blockOf(number);
    if (block === undefined) return undefined;
    const index = number - block.first;
    return { text: block.text(index), source: block.source(index), build: block.build(index), at: block.at(index) };
  }

  next(number: number, filter: LogFilter): number | undefined {
    const mask = sourceMask(filter.sources);
    for (let at = this.#blockIndex(Math.max(number, this.first)); at < this.#blocks.length; at++) {
      const block = this.#blocks[at];
      if (!block?.mayMatch(mask, filter.build)) continue;
      for (let index = Math.max(0, number - block.first); index < block.count; index++) {
        if (block.matches(index, mask, filter.build)) return block.first + index;
      }
    }
    for (let line = Math.max(number, this.#ended); line < this.end; line++) {
      if (this.#isOpen(line, filter)) return line;
    }
    return undefined;
  }

  previous(number: number, filter: LogFilter): number | undefined {
    const mask = sourceMask(filter.sources);
    let line = Math.min(number, this.end - 1);
    for (; line >= this.#ended; line--) if (this.#isOpen(line, filter)) return line;
    for (let at = this.#blockIndex(line); at >= 0; at--) {
      const block = this.#blocks[at];
      if (!block?.mayMatch(mask, filter.build)) continue;
      for (let index = Math.min(block.count - 1, line - block.first); index >= 0; index--) {
        if (block.matches(index, mask, filter.build)) return block.first + index;
      }
    }
    return undefined;
  }

  count(filter: LogFilter, from = this.first, to = this.end): number {
    const mask = sourceMask(filter.sources);
    let count = 0;
    for (const block of this.#blocks) {
      const start = Math.max(0, from - block.first);
      const end = Math.min(block.count, to - block.first);
      if (start >= end || !block.mayMatch(mask, filter.build)) continue;
      const total = end - start === block.count ? block.total(mask, filter.build) : undefined;
      if (total !== undefined) count += total;
      else for (let index = start; index < end; index++) if (block.matches(index, mask, filter.build)) count += 1;
    }
    for (let line = Math.max(from, this.#ended); line < Math.min(to, this.end); line++) {
      if (this.#isOpen(line, filter)) count += 1;
    }
    return count;
  }

  run(number: number): Run {
    const at = this.#blockIndex(number);
    const block = this.#blocks[at];
    if (block === undefined || number >= this.#ended) return { first: number, last: number };
    let first = block.first + block.runStart(number - block.first);
    for (let index = at; first < (this.#blocks[index]?.first ?? 0) && index > 0; index--) {
      const before = this.#blocks[index - 1];
      if (before !== undefined) first = before.first + before.runStart(before.count - 1);
    }
    let last = block.first + block.runEnd(number - block.first);
    for (let index = at + 1; index < this.#blocks.length; index++) {
      const next = this.#blocks[index];
      const end = next?.runContinues() ? next.runEnd(0) : -1;
      if (next === undefined || end < 0 || last !== next.first - 1) break;
      last = next.first + end;
    }
    return { first: Math.max(this.first, first), last };
  }

  #isOpen(number: number, { sources, build }: LogFilter): boolean {
    const line = this.#open[number - this.#ended];
    return line !== undefined && sources.includes(line.source) && (build === undefined || build === line.build);
  }

  #add(line: LogLine): void {
    const before = this.#last;
    const isLike =
      before?.source === line.source &&
      before.build === line.build &&
      line.source !== 'build' &&
      areAlike(before.text, line.text);
    this.#last = line;
    const last = this.#blocks.at(-1);
    const bytes = last?.bytes ?? 0;
    if (last?.add(line, isLike)) this.#bytes += last.bytes - bytes;
    else {
      const block = new LogBlock(this.#ended, line.at, this.#memoryFor(this.#blockSize(line.text)));
      block.add(line, isLike);
      this.#blocks.push(block);
      this.#bytes += block.bytes;
    }
    this.#ended += 1;
    while (this.#bytes > this.#limit && this.#blocks.length > 1) this.#bytes -= this.#blocks.shift()?.bytes ?? 0;
  }

  /** The oldest lines' where there is no room for more: what is only dropped stays in memory until V8 looks for it. */
  #memoryFor(capacity: number): BlockMemory {
    const oldest = this.#bytes + capacity > this.#limit && this.#blocks.length > 1 ? this.#blocks[0] : undefined;
    if (oldest?.memory.text.length !== capacity) return createMemory(capacity);
    this.#blocks.shift();
    this.#bytes -= oldest.bytes;
    return oldest.memory;
  }

  /** Small limits get small blocks, so that not everything is forgotten at once. */
  #blockSize(text: string): number {
    return Math.max(Math.min(256 * 1024, Math.floor(this.#limit / 8)), text.length * 3 + indexBytes);
  }

  #blockOf(number: number): LogBlock | undefined {
    const block = this.#blocks[this.#blockIndex(number)];
    return block !== undefined && number >= block.first && number < block.first + block.count ? block : undefined;
  }

  /** Index of the last block that begins at or before the line; -1: none does. */
  #blockIndex(number: number): number {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle]?.first ?? 0) <= number) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
