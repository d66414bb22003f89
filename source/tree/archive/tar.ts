import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FailureCode, messageOf, StiError } from '../../errors.ts';
import { createPace } from '../pace.ts';
import { gunzip } from './gunzip.ts';
import { type ContentSink, type TarEntry, type TarHandler, TarReader } from './reader.ts';
import { type Unpacked, type UnpackOptions, UnpackTarget } from './target.ts';

export type { Unpacked, UnpackOptions } from './target.ts';

/**
 * Unpacks a tar into `destination`, made when absent. Modes lose their set-id bits and let the owner read and
 * write; owners in the archive don't count. What comes after the end blocks is read and ignored. Rejects with
 * `options.code` for an entry that can't be taken as it is, `workspace` for a disk that can't take it.
 */
export async function unpackTar(input: Readable, destination: string, options: UnpackOptions): Promise<Unpacked> {
  const unpacking = new TarUnpacking(destination, options);
  const { signal } = options;
  try {
    await pipeline(
      input,
      async (chunks: AsyncIterable<Buffer>) => {
        const pace = createPace(signal);
        for await (const chunk of options.gzip ? gunzip(chunks) : chunks) {
          unpacking.push(chunk);
          if (pace.isDue()) await pace.rest();
        }
      },
      signal ? { signal } : {},
    );
    return unpacking.finish();
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof StiError ? error : broken(options.code, error);
  } finally {
    unpacking.close();
  }
}

/** The error of an archive that can't be read to its end. */
export function broken(code: FailureCode, cause: unknown): StiError {
  return new StiError(code, `the archive is broken: ${messageOf(cause)}`, {
    cause,
    hint: 'Check it with: tar -tf ARCHIVE',
  });
}

/** One archive on its way into a folder, in pieces as they come. */
class TarUnpacking {
  readonly #target: UnpackTarget;
  readonly #reader: TarReader;

  constructor(destination: string, options: UnpackOptions) {
    this.#target = new UnpackTarget(destination, options);
    this.#reader = new TarReader(handlerFor(this.#target));
  }

  /** The end blocks have been read. */
  get ended(): boolean {
    return this.#reader.ended;
  }

  push(chunk: Buffer): void {
    this.#target.countRead(chunk.length);
    this.#reader.push(chunk);
  }

  finish(): Unpacked {
    this.#reader.finish();
    return this.#target.finish();
  }

  /** Closes a file that was not written to its end. */
  close(): void {
    this.#target.close();
  }
}

function handlerFor(target: UnpackTarget): TarHandler {
  const guarded = <T>(name: string, action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw target.failure(name, error);
    }
  };
  return {
    refusal: (name, why) => target.refusal(name, why),
    entry(entry) {
      const sink = guarded(entry.name, () => place(target, entry));
      return (
        sink && {
          write: (chunk) => guarded(entry.name, () => sink.write(chunk)),
          end: () => guarded(entry.name, () => sink.end()),
        }
      );
    },
  };
}

function place(target: UnpackTarget, entry: TarEntry): ContentSink | undefined {
  const { name, type, size, mode, mtimeMs, linkname } = entry;
  const path = target.admit(name, type === 'directory');
  switch (type) {
    case 'file':
      return target.file(path, size, { mode, mtimeMs });
    case 'directory':
      target.directory(path, { mode, mtimeMs });
      return undefined;
    case 'symlink':
      target.symbolicLink(path, linkname, mtimeMs);
      return undefined;
    case 'link':
      target.hardLink(path, linkname);
      return undefined;
    case 'device':
    case 'pipe':
      throw target.refusal(path, `is a ${type}`);
  }
}
