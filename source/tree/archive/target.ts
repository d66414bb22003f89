import {
  chmodSync,
  closeSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { type FailureCode, messageOf, StiError } from '../../errors.ts';
import { isDiskTrouble, workspaceError } from '../file-errors.ts';
import { seconds } from '../time.ts';
import type { UnpackLimits } from './limits.ts';
import { ArchiveModel, type Attributes, type Placement } from './model.ts';
import { type ByteName, byteName, systemPath } from './names.ts';
import type { ContentSink } from './reader.ts';

export interface UnpackOptions {
  /** Whose archive it is: the code of every error. */
  readonly code: FailureCode;
  readonly limits?: UnpackLimits;
  /** The archive is gzipped. */
  readonly gzip?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Unpacked {
  /** Files and links. */
  readonly files: number;
  readonly bytes: number;
}

/**
 * A folder that an archive's entries are written into, and nothing outside it, as {@link ArchiveModel} lets them in. Every
 * call is synchronous, which is the fastest for many small files; archives arrive in pieces, so the event loop runs anyway.
 */
export class UnpackTarget {
  readonly #root: string;
  readonly #folder: ByteName;
  readonly #model: ArchiveModel;
  #openFile: number | undefined;

  constructor(folder: string, options: UnpackOptions) {
    this.#root = folder;
    this.#folder = byteName(folder);
    this.#model = new ArchiveModel(options);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw workspaceError(folder, error);
    }
  }

  /** Bytes of the unpacked archive itself, whatever they are. */
  countRead(bytes: number): void {
    this.#model.countRead(bytes);
  }

  /** See {@link ArchiveModel.admit}. */
  admit(name: ByteName, isFolder: boolean): ByteName {
    return this.#model.admit(name, isFolder);
  }

  directory(path: ByteName, attributes: Attributes): void {
    this.#makeFolders(this.#model.directory(path, attributes));
    if (path !== '') chmodSync(this.#at(path), (attributes.mode & 0o777) | 0o700);
  }

  file(path: ByteName, size: number, attributes: Attributes): ContentSink {
    const { mode, mtimeMs } = attributes;
    this.#makeRoom(path, this.#model.file(path, { size, offset: 0 }, attributes));
    const file = openSync(this.#at(path), 'wx', 0o600);
    this.#openFile = file;
    return {
      write: (chunk) => {
        for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written);
      },
      end: () => {
        fchmodSync(file, (mode & 0o777) | 0o600);
        futimesSync(file, seconds(mtimeMs), seconds(mtimeMs));
        this.close();
      },
    };
  }

  symbolicLink(path: ByteName, target: ByteName, mtimeMs: number): void {
    this.#makeRoom(path, this.#model.symbolicLink(path, target, mtimeMs));
    symlinkSync(systemPath(target), this.#at(path));
    lutimesSync(this.#at(path), seconds(mtimeMs), seconds(mtimeMs));
  }

  hardLink(path: ByteName, target: ByteName): void {
    const { path: original, entry } = this.#model.original(path, target);
    if (entry.type === 'link') this.symbolicLink(path, entry.target, entry.mtimeMs);
    else if (entry.type === 'file' && original !== path) {
      this.#makeRoom(path, this.#model.file(path, entry, entry));
      linkSync(this.#at(original), this.#at(path));
    }
  }

  /** Everything is in place: folders get their times, and links that could not be judged alone are judged. */
  finish(): Unpacked {
    const unpacked = this.#model.finish();
    for (const [path, entry] of [...this.#model.entries].reverse()) {
      if (entry.type !== 'directory' || !entry.listed) continue;
      try {
        utimesSync(this.#at(path), seconds(entry.mtimeMs), seconds(entry.mtimeMs));
      } catch (error) {
        throw this.failure(path, error);
      }
    }
    return unpacked;
  }

  /** Closes a file that was not written to its end. */
  close(): void {
    const file = this.#openFile;
    this.#openFile = undefined;
    if (file !== undefined) closeSync(file);
  }

  refusal(name: ByteName, why: string): StiError {
    return this.#model.refusal(name, why);
  }

  /** What went wrong while writing, as an error that names the entry. */
  failure(name: ByteName, error: unknown): StiError {
    if (error instanceof StiError) return error;
    return isDiskTrouble(error)
      ? workspaceError(`${this.#root}/${Buffer.from(name, 'latin1').toString()}`, error)
      : this.refusal(name, `can't be written: ${messageOf(error)}`);
  }

  #at(path: ByteName): string | Buffer {
    return systemPath(`${this.#folder}/${path}`);
  }

  #makeRoom(path: ByteName, placement: Placement): void {
    this.#makeFolders(placement);
    if (placement.replaces) unlinkSync(this.#at(path));
  }

  #makeFolders({ folders }: Placement): void {
    for (const path of folders) {
      mkdirSync(this.#at(path));
      chmodSync(this.#at(path), 0o755);
    }
  }
}
