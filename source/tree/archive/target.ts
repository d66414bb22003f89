import {
  chmodSync,
  closeSync,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { type FailureCode, messageOf, StiError } from '../../errors.ts';
import { hasCode, isDiskTrouble, workspaceError } from '../file-errors.ts';
import { seconds } from '../time.ts';
import { UnpackBudget, type UnpackLimits } from './limits.ts';
import { linkStaysInside, safePath, windingLinkStaysInside } from './links.ts';
import { type ByteName, byteName, shownName, systemPath } from './names.ts';
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

export interface UnpackAttributes {
  readonly mode: number;
  readonly mtimeMs: number;
}

/** The system's own for a link. */
const longestTarget = 4096;

/**
 * A folder that an archive's entries are written into, and nothing outside it (docs/protocol.md, "save-artifacts").
 * Every call is synchronous, which is the fastest for many small files; archives arrive in pieces, so the event loop runs anyway.
 */
export class UnpackTarget {
  readonly #root: string;
  readonly #folder: ByteName;
  readonly #options: UnpackOptions;
  /** Paths that are known to be real folders, with the time to give them at the end. */
  readonly #folders = new Map<string, number | undefined>([['', undefined]]);
  readonly #windingLinks: string[] = [];
  readonly #budget: UnpackBudget;
  #openFile: number | undefined;
  #files = 0;

  constructor(folder: string, options: UnpackOptions) {
    this.#root = folder;
    this.#folder = byteName(folder);
    this.#options = options;
    this.#budget = new UnpackBudget(options.limits);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw workspaceError(folder, error);
    }
  }

  /** Bytes of the unpacked archive itself, whatever they are. */
  countRead(bytes: number): void {
    const tooMuch = this.#budget.read(bytes);
    if (tooMuch !== undefined) throw this.#refused(`it ${tooMuch}`);
  }

  /** The entry's path inside the folder, `''` for a folder that is the folder itself. Counts it; refuses unsafe names. */
  admit(name: ByteName, isFolder: boolean): ByteName {
    const tooMuch = this.#budget.entry(name);
    if (tooMuch !== undefined) throw this.refusal(name, tooMuch);
    if (name.includes('\0')) throw this.refusal(name, 'has a NUL in its name');
    const path = safePath(name);
    if (path === undefined) throw this.refusal(name, 'leads out of the folder');
    if (path === '' && !isFolder) throw this.refusal(name, 'has no name of its own');
    return path;
  }

  directory(path: ByteName, { mode, mtimeMs }: UnpackAttributes): void {
    if (path === '') return;
    this.#makeFolder(path);
    chmodSync(this.#at(path), (mode & 0o777) | 0o700);
    this.#folders.set(path, mtimeMs);
  }

  file(path: ByteName, size: number, { mode, mtimeMs }: UnpackAttributes): ContentSink {
    this.#claim(path, size);
    const file = this.#place(path, (at) => openSync(at, 'wx', 0o600));
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
    this.#claim(path, 0);
    if (target.includes('\0') || target.length > longestTarget)
      throw this.refusal(path, 'is a link to no possible path');
    const verdict = linkStaysInside(path, target);
    if (verdict === 'no') throw this.refusal(path, `is a link that leaves the folder, to ${shownName(target)}`);
    if (verdict === 'winding') this.#windingLinks.push(path);
    this.#place(path, (at) => symlinkSync(systemPath(target), at));
    lutimesSync(this.#at(path), seconds(mtimeMs), seconds(mtimeMs));
  }

  hardLink(path: ByteName, target: ByteName): void {
    const inside = safePath(target);
    if (!inside) throw this.refusal(path, `is a link that leaves the folder, to ${shownName(target)}`);
    this.#makeParent(inside, path);
    const details = lstatSync(this.#at(inside), { throwIfNoEntry: false });
    if (details?.isSymbolicLink()) {
      this.symbolicLink(path, readlinkSync(this.#at(inside), 'latin1'), details.mtimeMs);
      return;
    }
    if (!details?.isFile())
      throw this.refusal(path, `is a link to ${shownName(target)}, which is no file of the archive`);
    if (path === inside) return;
    this.#claim(path, details.size);
    this.#place(path, (at) => linkSync(this.#at(inside), at));
  }

  /** Everything is in place: folders get their times, and links that could not be judged alone are judged. */
  finish(): Unpacked {
    for (const path of this.#windingLinks) {
      const leaves = !windingLinkStaysInside(this.#root, systemPath(path));
      if (leaves) throw this.refusal(path, 'is a link that leaves the folder');
    }
    for (const [path, mtimeMs] of [...this.#folders].reverse()) {
      if (mtimeMs === undefined) continue;
      try {
        utimesSync(this.#at(path), seconds(mtimeMs), seconds(mtimeMs));
      } catch (error) {
        throw this.failure(path, error);
      }
    }
    return { files: this.#files, bytes: this.#budget.bytes };
  }

  /** Closes a file that was not written to its end. */
  close(): void {
    const file = this.#openFile;
    this.#openFile = undefined;
    if (file !== undefined) closeSync(file);
  }

  refusal(name: ByteName, why: string): StiError {
    return this.#refused(`the entry ${shownName(name)} ${why}`);
  }

  /** What went wrong while writing, as an error that names the entry. */
  failure(name: ByteName, error: unknown): StiError {
    if (error instanceof StiError) return error;
    return isDiskTrouble(error)
      ? workspaceError(`${this.#root}/${Buffer.from(name, 'latin1').toString()}`, error)
      : this.refusal(name, `can't be written: ${messageOf(error)}`);
  }

  #refused(why: string): StiError {
    return new StiError(this.#options.code, `the archive can't be unpacked: ${why}`, {
      hint: 'Make an archive of plain files, folders and links that stay inside it.',
    });
  }

  #at(path: ByteName): string | Buffer {
    return systemPath(`${this.#folder}/${path}`);
  }

  #claim(path: ByteName, size: number): void {
    this.#files += 1;
    const tooMuch = this.#budget.content(size);
    if (tooMuch !== undefined) throw this.refusal(path, tooMuch);
  }

  /** A later entry of the same name takes the place of a file or link, never of a folder. */
  #place<T>(path: ByteName, create: (at: string | Buffer) => T): T {
    this.#makeParent(path, path);
    try {
      return create(this.#at(path));
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    if (lstatSync(this.#at(path)).isDirectory()) throw this.refusal(path, 'would replace a folder');
    unlinkSync(this.#at(path));
    return create(this.#at(path));
  }

  #makeParent(path: ByteName, entry: string): void {
    const end = path.lastIndexOf('/');
    if (end > 0) this.#makeFolder(path.slice(0, end), entry);
  }

  #makeFolder(path: ByteName, entry = path): void {
    if (this.#folders.has(path)) return;
    this.#makeParent(path, entry);
    const details = lstatSync(this.#at(path), { throwIfNoEntry: false });
    if (details && !details.isDirectory()) {
      const what = details.isSymbolicLink() ? 'goes through the link' : 'lies below the file';
      throw this.refusal(entry, `${what} ${shownName(path)}`);
    }
    if (!details) {
      mkdirSync(this.#at(path));
      chmodSync(this.#at(path), 0o755);
    }
    this.#folders.set(path, undefined);
  }
}
