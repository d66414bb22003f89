import type { ByteName } from './names.ts';

export interface UnpackLimits {
  readonly entries: number;
  /** Of the files' content. */
  readonly bytes: number;
}

const usual: UnpackLimits = { entries: 1_000_000, bytes: 10 * 1024 ** 3 };
/** The system's own for a path. */
const longestPath = 4096;
/** Deeper than any real tree; whatever comes later walks them. */
const deepest = 500;
/** All paths together: whatever lists them has them in memory. */
const mostPathBytes = 256 * 1024 ** 2;
/** Headers, padding and what comes after the end, beside the files' own bytes. */
const mostOverhead = 1024 ** 3;

/**
 * What one archive has used up of what sti unpacks. Each call counts something and gives what is too much about it, in
 * words that follow its name; undefined: nothing.
 */
export class UnpackBudget {
  readonly #limits: UnpackLimits;
  #entries = 0;
  #pathBytes = 0;
  #bytes = 0;
  #read = 0;

  constructor(limits: UnpackLimits = usual) {
    this.#limits = limits;
  }

  /** Bytes of content so far. */
  get bytes(): number {
    return this.#bytes;
  }

  entry(name: ByteName): string | undefined {
    this.#entries += 1;
    this.#pathBytes += name.length;
    const { entries } = this.#limits;
    if (this.#entries > entries) return `is one more than the ${entries} entries that sti unpacks`;
    if (this.#pathBytes > mostPathBytes) return `makes more than ${mostPathBytes} bytes of names`;
    if (name.length > longestPath) return `has a name of more than ${longestPath} bytes`;
    return name.split('/').length > deepest ? `lies more than ${deepest} folders deep` : undefined;
  }

  content(size: number): string | undefined {
    this.#bytes += size;
    const { bytes } = this.#limits;
    return this.#bytes > bytes ? `makes more than the ${bytes} bytes that sti unpacks` : undefined;
  }

  /** Bytes of the archive itself, unzipped, whatever they are. */
  read(count: number): string | undefined {
    this.#read += count;
    const limit = this.#limits.bytes + mostOverhead;
    return this.#read > limit ? `is longer than ${limit} bytes` : undefined;
  }
}
