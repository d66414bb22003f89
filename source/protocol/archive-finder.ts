import { isTarHeader } from './save-artifacts.ts';

type ArchiveFormat = 'tar' | 'gzip' | 'bzip2' | 'xz' | 'zstd' | 'zip';

export interface FoundArchive {
  readonly format: ArchiveFormat;
  /** Nothing came before it. */
  readonly isFirst: boolean;
  /** Its bytes, as far as they have come. */
  readonly start: Buffer;
}

const blockSize = 512;
const checksum = { start: 148, end: 156 };
const space = 0x20;

/** Long enough not to be text, nor anything else by accident. */
const magics: readonly (readonly [ArchiveFormat, Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b, 8])],
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['zip', Buffer.from('PK\x03\x04')],
  ...Array.from('123456789', (level) => ['bzip2', Buffer.from(`BZh${level}1AY&SY`)] as const),
];

/**
 * Parts what a script prints into text and the archive that begins in it, if one does: no byte of the archive is ever
 * given out as text. Less than one block is held back for that, until more has come or the end.
 */
export class ArchiveFinder {
  #held: Buffer = Buffer.alloc(0);
  #isStart = true;
  found: FoundArchive | undefined;

  /** The text that is known to be text. To be called until something is found. */
  push(bytes: Uint8Array): Buffer {
    const all = Buffer.concat([this.#held, bytes]);
    return this.#part(all, all.length - blockSize);
  }

  /** The script has ended: the rest of the text. */
  end(): Buffer {
    return this.#part(this.#held, this.#held.length - 1);
  }

  /** Decides about all places up to `last`. */
  #part(all: Buffer, last: number): Buffer {
    if (last < 0) {
      this.#held = all;
      return Buffer.alloc(0);
    }
    const first = firstArchive(all, this.#isStart);
    const isFound = first !== undefined && first.at <= last;
    const end = isFound ? first.at : last + 1;
    if (isFound) this.found = { format: first.format, isFirst: this.#isStart && end === 0, start: all.subarray(end) };
    this.#held = isFound ? Buffer.alloc(0) : Buffer.from(all.subarray(end));
    this.#isStart &&= end === 0;
    return all.subarray(0, end);
  }
}

function firstArchive(all: Buffer, isStart: boolean): { format: ArchiveFormat; at: number } | undefined {
  if (isStart && isTarHeader(all)) return { format: 'tar', at: 0 };
  const found = magics.map(([format, magic]) => ({ format, at: all.indexOf(magic) }));
  return [{ format: 'tar' as const, at: findTar(all) }, ...found]
    .filter(({ at }) => at !== -1)
    .reduce<{ format: ArchiveFormat; at: number } | undefined>(
      (a, b) => (a === undefined || b.at < a.at ? b : a),
      undefined,
    );
}

/**
 * Where a block begins that is a tar's header or its end; -1: nowhere. The sum of a block moves along with it, so that
 * this takes one step a byte, and it starts where the first NUL can be part of one: text has none.
 */
function findTar(bytes: Buffer): number {
  const firstNul = bytes.indexOf(0);
  if (firstNul === -1) return -1;
  const start = Math.max(0, firstNul - blockSize + 1);
  let sum = 0;
  for (let at = start; at < start + blockSize; at += 1) sum += bytes[at] ?? 0;
  for (let at = start; at + blockSize <= bytes.length; at += 1) {
    if (sum === 0) return at;
    if (mayBeHeader(bytes, at, sum) && isTarHeader(bytes.subarray(at, at + blockSize))) return at;
    sum += (bytes[at + blockSize] ?? 0) - (bytes[at] ?? 0);
  }
  return -1;
}

/** Whether the checksum that would stand there fits the sum of the block, but for bytes above 127, which some sum as negative. */
function mayBeHeader(bytes: Buffer, at: number, sum: number): boolean {
  let stated = 0;
  let fields = sum;
  for (let index = at + checksum.start; index < at + checksum.end; index += 1) {
    const byte = bytes[index] ?? 0;
    fields += space - byte;
    if (byte >= 0x30 && byte <= 0x37) stated = stated * 8 + byte - 0x30;
    else if (byte !== 0 && byte !== space) return false;
  }
  return (fields - stated) % 256 === 0;
}
