import { closeSync, openSync, writeSync } from 'node:fs';
import { TarUnpacking } from '../../tree/archive/tar.ts';
import { workspaceError } from '../../tree/file-errors.ts';

/** Where an archive goes. */
export interface Places {
  /** It is unpacked there while it comes. */
  readonly folder: string;
  /** The file that it is kept as, plain. */
  readonly copy: string;
}

/** An archive that is unpacked, and written to a file as it is, up to its end. */
export class KeptArchive {
  readonly #copy: string;
  readonly #file: number;
  readonly #tar: TarUnpacking;

  constructor({ folder, copy }: Places) {
    this.#copy = copy;
    this.#tar = new TarUnpacking(folder, { code: 'artifacts' });
    this.#file = written(copy, () => openSync(copy, 'wx', 0o600));
  }

  take(chunk: Buffer): void {
    const isPast = this.#tar.ended;
    this.#tar.push(chunk);
    if (isPast) return;
    written(this.#copy, () => {
      for (let done = 0; done < chunk.length; ) done += writeSync(this.#file, chunk, done);
    });
  }

  finish(): void {
    this.#tar.finish();
  }

  close(): void {
    this.#tar.close();
    closeSync(this.#file);
  }
}

function written<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw workspaceError(path, error);
  }
}
