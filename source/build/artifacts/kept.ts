import { closeSync, openSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StiError } from '../../errors.ts';
import { TarListing } from '../../tree/archive/listing.ts';
import { broken } from '../../tree/archive/tar.ts';
import { workspaceError } from '../../tree/file-errors.ts';
import { createPace } from '../../tree/pace.ts';
import type { FileTree } from '../../tree/tree.ts';

/** An archive that is written to a file as it comes, plain, up to its end; its files are read from there. */
export class KeptArchive {
  readonly #path: string;
  readonly #file: number;
  readonly #listing = new TarListing('artifacts');

  /** @param path of a file that isn't there yet */
  constructor(path: string) {
    this.#path = path;
    this.#file = written(path, () => openSync(path, 'wx', 0o600));
  }

  take(chunk: Buffer): void {
    const isPast = this.#listing.ended;
    this.#listing.push(chunk);
    if (isPast) return;
    written(this.#path, () => {
      for (let done = 0; done < chunk.length; ) done += writeSync(this.#file, chunk, done);
    });
  }

  finish(): FileTree {
    return { root: this.#path, entries: this.#listing.finish(), disposable: false };
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** A whole archive. Rejects with `artifacts` for one that can't be taken, and with the signal's reason. */
export async function keepArchive(tar: Readable, path: string, signal: AbortSignal): Promise<FileTree> {
  const archive = new KeptArchive(path);
  const pace = createPace(signal);
  try {
    await pipeline(
      tar,
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          archive.take(chunk);
          if (pace.isDue()) await pace.rest();
        }
      },
      { signal },
    );
    return archive.finish();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof StiError ? error : broken('artifacts', error);
  } finally {
    archive.close();
  }
}

function written<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw workspaceError(path, error);
  }
}
