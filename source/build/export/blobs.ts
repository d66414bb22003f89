import { createHash } from 'node:crypto';
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ContentSink, TarEntry, TarHandler } from '../../tree/archive/reader.ts';
import type { Archived, Blob } from './layout.ts';

/** More than any image has; each layer has three. */
const mostEntries = 10_000;

/**
 * Takes the files of an engine's archive into a folder, each under its digest: what they are called in the archive never
 * becomes a path.
 */
export class BlobFolder implements TarHandler {
  readonly #folder: string;
  readonly #files = new Map<string, Blob>();
  readonly #links = new Map<string, string>();
  #entries = 0;
  #open: number | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get content(): Archived {
    return { files: this.#files, links: this.#links };
  }

  pathOf({ digest }: Pick<Blob, 'digest'>): string {
    return join(this.#folder, digest.replace(/^sha256:/, ''));
  }

  /** Puts in what was made here. */
  add(text: string): Blob {
    const sink = this.begin();
    sink.write(Buffer.from(text));
    return sink.end();
  }

  /** The same in pieces; one at a time. */
  begin(): { write(chunk: Uint8Array): void; end(): Blob } {
    return this.#file('');
  }

  entry({ name, type, linkname }: TarEntry): ContentSink | undefined {
    this.#entries += 1;
    if (this.#entries > mostEntries) throw this.refusal(name, `is one more than ${mostEntries}`);
    const path = posix.normalize(name);
    if (type === 'symlink') this.#links.set(path, posix.join(posix.dirname(path), linkname));
    if (type === 'link') this.#links.set(path, posix.normalize(linkname));
    return type === 'file' ? this.#file(path) : undefined;
  }

  refusal(_name: string, why: string): Error {
    return new Error(`a file in it ${why}`);
  }

  /** Of a file that was not written to its end. */
  close(): void {
    if (this.#open !== undefined) closeSync(this.#open);
    this.#open = undefined;
  }

  #file(name: string): { write(chunk: Uint8Array): void; end(): Blob } {
    const part = join(this.#folder, 'part');
    const handle = openSync(part, 'w', 0o644);
    this.#open = handle;
    const hash = createHash('sha256');
    let size = 0;
    let head: Buffer = Buffer.alloc(0);
    return {
      write(chunk) {
        if (head.length < 4) head = Buffer.concat([head, chunk.subarray(0, 4)]);
        hash.update(chunk);
        size += chunk.length;
        for (let at = 0; at < chunk.length; ) at += writeSync(handle, chunk, at);
      },
      end: () => {
        this.close();
        const blob = { digest: `sha256:${hash.digest('hex')}`, size, packing: packingOf(head) };
        renameSync(part, this.pathOf(blob));
        if (name !== '') this.#files.set(name, blob);
        return blob;
      },
    };
  }
}

function packingOf(head: Buffer): Blob['packing'] {
  const magic = head.toString('hex');
  if (magic.startsWith('1f8b')) return '+gzip';
  return magic.startsWith('28b52ffd') ? '+zstd' : '';
}
