import { isZeroBlock } from '../../protocol/save-artifacts.ts';
import { blockSize, readHeader, readRecords, type TarHeader } from './header.ts';
import type { ByteName } from './names.ts';

type TarEntryType = 'file' | 'directory' | 'symlink' | 'link' | 'device' | 'pipe';

export interface TarEntry {
  readonly name: ByteName;
  readonly type: TarEntryType;
  /** Bytes of content; 0 for all but files. */
  readonly size: number;
  readonly mode: number;
  readonly mtimeMs: number;
  readonly linkname: ByteName;
  /** Where its content begins in the archive, in bytes. */
  readonly offset: number;
}

/** Where the content of an entry goes. */
export interface ContentSink {
  write(chunk: Uint8Array): void;
  end(): void;
}

export interface TarHandler {
  /** undefined: its content isn't wanted. */
  entry(entry: TarEntry): ContentSink | undefined;
  /** The error for an entry that can't be taken; `why` continues the sentence "the entry NAME …". */
  refusal(name: ByteName, why: string): Error;
}

/** The archive is cut off, or what should be a header isn't one. */
class BrokenTar extends Error {}

/** Longer extended headers are refused; real ones hold names and attributes. */
const longestExtension = 1024 * 1024;

const types: Readonly<Record<string, TarEntryType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'device',
  '4': 'device',
  '5': 'directory',
  '6': 'pipe',
};

/** The name of the archive itself. */
const volumeLabel = 'V';

const refused: Readonly<Record<string, string>> = {
  S: 'is a sparse file',
  M: 'is a piece of an archive on several volumes',
  D: 'belongs to an incremental backup',
};

/**
 * Takes a tar in pieces, as they come, and stops at its end blocks. The libraries at hand read on after those, decode
 * names as UTF-8 whatever they are, and pass over extended headers that they can't read; each of these gives other files
 * than the archive has (docs/protocol.md, "save-artifacts" and "Source").
 */
export class TarReader {
  readonly #handler: TarHandler;
  /** A block that came in several pieces. */
  #block = Buffer.alloc(0);
  #bodyLeft = 0;
  /** Bytes of the archive that have been taken. */
  #offset = 0;
  #padding = 0;
  #sink: ContentSink | undefined;
  #records: ReadonlyMap<string, ByteName> = new Map();
  #longName: ByteName | undefined;
  #longLink: ByteName | undefined;
  #isExtended = false;
  #ended = false;

  constructor(handler: TarHandler) {
    this.#handler = handler;
  }

  /** The end blocks have been read; what comes after them is ignored. */
  get ended(): boolean {
    return this.#ended;
  }

  push(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0 && !this.#ended; ) {
      if (this.#bodyLeft > 0) rest = this.#body(rest);
      else if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, rest.length);
        this.#padding -= skipped;
        this.#offset += skipped;
        rest = rest.subarray(skipped);
      } else rest = this.#header(rest);
    }
  }

  /** No more is to come. An archive that ends after an entry, without end blocks, is whole, as it is to tar itself. */
  finish(): void {
    const isWhole = this.#block.length === 0 && this.#bodyLeft === 0 && this.#padding === 0 && !this.#isExtended;
    if (!this.#ended && !isWhole) throw new BrokenTar('it ends in the middle');
  }

  #body(bytes: Buffer): Buffer {
    const content = bytes.subarray(0, this.#bodyLeft);
    this.#bodyLeft -= content.length;
    this.#offset += content.length;
    this.#sink?.write(content);
    if (this.#bodyLeft === 0) this.#sink?.end();
    return bytes.subarray(content.length);
  }

  #header(bytes: Buffer): Buffer {
    const missing = blockSize - this.#block.length;
    const piece = bytes.subarray(0, missing);
    this.#offset += piece.length;
    const block = this.#block.length === 0 ? piece : Buffer.concat([this.#block, piece]);
    if (block.length < blockSize) this.#block = Buffer.from(block);
    else {
      this.#block = Buffer.alloc(0);
      this.#take(block);
    }
    return bytes.subarray(piece.length);
  }

  #take(block: Buffer): void {
    if (isZeroBlock(block)) {
      if (this.#isExtended) throw new BrokenTar('it ends in the middle');
      this.#ended = true;
      return;
    }
    const header = readHeader(block);
    if (header === undefined) throw new BrokenTar('a header is damaged');
    const { name, type } = header;
    if (type === 'x') {
      this.#extension(header, (content) => {
        this.#records = this.#recordsOf(name, content);
      });
    } else if (type === 'g') {
      this.#extension(header, (content) => this.#checkForAll(name, this.#recordsOf(name, content)));
    } else if (type === 'L') {
      this.#extension(header, (content) => {
        this.#longName = untilNul(content);
      });
    } else if (type === 'K') {
      this.#extension(header, (content) => {
        this.#longLink = untilNul(content);
      });
    } else if (type !== volumeLabel) this.#entry(header);
  }

  #extension({ name, type, size }: TarHeader, use: (content: Buffer) => void): void {
    if (!(size >= 0 && size <= longestExtension)) {
      throw this.#handler.refusal(name, `is an extended header of more than ${longestExtension} bytes`);
    }
    // One that holds for all needs no entry after it.
    this.#isExtended ||= type !== 'g';
    const chunks: Buffer[] = [];
    const sink = {
      write: (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk)),
      end: () => use(Buffer.concat(chunks)),
    };
    this.#expect(size, sink);
  }

  #recordsOf(name: ByteName, content: Buffer): ReadonlyMap<string, ByteName> {
    const records = readRecords(content);
    if (records === undefined) throw this.#handler.refusal(name, 'is a damaged extended header');
    return records;
  }

  #checkForAll(name: ByteName, records: ReadonlyMap<string, ByteName>): void {
    const wrong = [...records.keys()].find((key) => /^(path|linkpath|size|GNU\.sparse\..*)$/.test(key));
    if (wrong !== undefined) throw this.#handler.refusal(name, `gives the same ${wrong} to all that follow`);
  }

  #entry(header: TarHeader): void {
    const records = this.#records;
    const name = records.get('path') || this.#longName || header.name;
    const linkname = records.get('linkpath') || this.#longLink || header.linkname;
    const stated = records.get('size') || undefined;
    this.#records = new Map();
    this.#longName = undefined;
    this.#longLink = undefined;
    this.#isExtended = false;

    const sparse = [...records.keys()].some((key) => /^(GNU\.sparse\.|SCHILY\.realsize$)/.test(key));
    if (sparse) throw this.#handler.refusal(records.get('GNU.sparse.name') ?? name, 'is a sparse file');
    const type = header.type in types && isOld(header.type) && name.endsWith('/') ? 'directory' : types[header.type];
    if (type === undefined) {
      throw this.#handler.refusal(name, refused[header.type] ?? 'is of a kind that sti does not know');
    }
    // Only files have content: for the others archives state the size of what they stand for.
    const size =
      type !== 'file' ? 0 : stated === undefined ? header.size : /^\d+$/.test(stated) ? Number(stated) : Number.NaN;
    if (!Number.isSafeInteger(size)) throw this.#handler.refusal(name, 'has a size that is no number');
    const { mode, mtimeMs } = header;
    this.#expect(size, this.#handler.entry({ name, type, size, mode, mtimeMs, linkname, offset: this.#offset }));
  }

  #expect(size: number, sink: ContentSink | undefined): void {
    this.#sink = sink;
    this.#bodyLeft = size;
    this.#padding = (blockSize - (size % blockSize)) % blockSize;
    if (size === 0) sink?.end();
  }
}

/** Before there was a type for folders, a slash at the end of the name made one. */
function isOld(type: string): boolean {
  return type === '\0' || type === '0';
}

function untilNul(bytes: Buffer): ByteName {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
}
