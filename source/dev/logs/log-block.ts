import { type LogLine, type LogSource, logSources } from './log-line.ts';

/** Bytes that a line costs beside its text: where it ends, when it came, of which source and build. */
export const indexBytes = 13;
const sourceBits: Readonly<Record<LogSource, number>> = {
  assemble: 1,
  app: 2,
  sti: 4,
  request: 8,
  detail: 16,
  build: 32,
};
const sourceOfBit = new Map(logSources.map((source) => [sourceBits[source], source]));
/** The line is like the one before it. */
const likeBit = 64;

/** A set of sources as bits, as blocks keep them. */
export function sourceMask(sources: Iterable<LogSource>): number {
  let mask = 0;
  for (const source of sources) mask |= sourceBits[source];
  return mask;
}

/** Where a block keeps its lines. */
export interface BlockMemory {
  readonly text: Buffer;
  ends: Uint32Array<ArrayBuffer>;
  times: Uint32Array<ArrayBuffer>;
  builds: Uint32Array<ArrayBuffer>;
  bits: Uint8Array;
}

/** @param capacity bytes for text */
export function createMemory(capacity: number): BlockMemory {
  return {
    text: Buffer.allocUnsafeSlow(capacity),
    ends: new Uint32Array(64),
    times: new Uint32Array(64),
    builds: new Uint32Array(64),
    bits: new Uint8Array(64),
  };
}

/**
 * A quarter of a megabyte of lines, packed: text as UTF-8 in one buffer, all else in typed arrays, so that a million lines
 * are no million objects. Lines are only ever added; the ring forgets whole blocks.
 */
export class LogBlock {
  /** The number of its first line. */
  readonly first: number;
  count = 0;
  #used = 0;
  #sources = 0;
  /** Lines of each source, at the place of its bit. */
  readonly #totals = new Map<number, number>();
  #likes = 0;
  #firstBuild = Number.POSITIVE_INFINITY;
  #lastBuild = 0;
  readonly #startedAt: number;
  /** Another block's once this one is forgotten. */
  readonly memory: BlockMemory;

  constructor(first: number, at: number, memory: BlockMemory) {
    this.first = first;
    this.#startedAt = at;
    this.memory = memory;
  }

  get bytes(): number {
    return this.memory.text.length + this.memory.ends.length * indexBytes;
  }

  /** False when there is no room. */
  add({ text, source, build, at }: LogLine, isLike: boolean): boolean {
    // Empty lines take no text, but where they end and when they came is kept all the same.
    if (this.count >= Math.max(1, this.memory.text.length >> 3)) return false;
    // A character is 3 bytes at most, counted in what JavaScript calls its length.
    if (
      this.#used + text.length * 3 > this.memory.text.length &&
      this.#used + Buffer.byteLength(text) > this.memory.text.length
    ) {
      return false;
    }
    if (this.count === this.memory.ends.length) this.#grow();
    this.#used += this.memory.text.write(text, this.#used);
    this.memory.ends[this.count] = this.#used;
    this.memory.times[this.count] = Math.max(0, at - this.#startedAt);
    this.memory.builds[this.count] = build;
    this.memory.bits[this.count] = sourceBits[source] | (isLike ? likeBit : 0);
    if (isLike) this.#likes += 1;
    this.#sources |= sourceBits[source];
    this.#totals.set(sourceBits[source], (this.#totals.get(sourceBits[source]) ?? 0) + 1);
    this.#firstBuild = Math.min(this.#firstBuild, build);
    this.#lastBuild = Math.max(this.#lastBuild, build);
    this.count += 1;
    return true;
  }

  /** The line at `index` within this block. */
  text(index: number): string {
    return this.memory.text.toString('utf8', index === 0 ? 0 : this.memory.ends[index - 1], this.memory.ends[index]);
  }

  at(index: number): number {
    return this.#startedAt + (this.memory.times[index] ?? 0);
  }

  build(index: number): number {
    return this.memory.builds[index] ?? 0;
  }

  source(index: number): LogSource {
    return sourceOfBit.get((this.memory.bits[index] ?? 0) & ~likeBit) ?? 'sti';
  }

  /** Whether any of its lines can be of these sources and this build. */
  mayMatch(mask: number, build: number | undefined): boolean {
    if ((this.#sources & mask) === 0) return false;
    return build === undefined || (this.#firstBuild <= build && build <= this.#lastBuild);
  }

  matches(index: number, mask: number, build: number | undefined): boolean {
    return (
      ((this.memory.bits[index] ?? 0) & mask) !== 0 && (build === undefined || this.memory.builds[index] === build)
    );
  }

  /** How many of all its lines are of these sources and this build; undefined where only a look at each could tell. */
  total(mask: number, build: number | undefined): number | undefined {
    if (build !== undefined && (this.#firstBuild !== build || this.#lastBuild !== build)) return undefined;
    let sum = 0;
    for (const [bit, total] of this.#totals) if ((bit & mask) !== 0) sum += total;
    return sum;
  }

  /** The line with which the run of `index` begins; -1: it begins in a block before. */
  runStart(index: number): number {
    if (this.#likes === this.count) return -1;
    let start = index;
    while (start >= 0 && ((this.memory.bits[start] ?? 0) & likeBit) !== 0) start -= 1;
    return start;
  }

  /** Whether its first line is like the last one of the block before. */
  runContinues(): boolean {
    return ((this.memory.bits[0] ?? 0) & likeBit) !== 0;
  }

  /** The last line of the run of `index` in this block. */
  runEnd(index: number): number {
    if (this.#likes === this.count) return this.count - 1;
    let end = index;
    while (end + 1 < this.count && ((this.memory.bits[end + 1] ?? 0) & likeBit) !== 0) end += 1;
    return end;
  }

  #grow(): void {
    const { memory } = this;
    const size = memory.ends.length * 2;
    memory.ends = grown(memory.ends, size);
    memory.times = grown(memory.times, size);
    memory.builds = grown(memory.builds, size);
    const bits = new Uint8Array(size);
    bits.set(memory.bits);
    memory.bits = bits;
  }
}

function grown(array: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(size);
  larger.set(array);
  return larger;
}
