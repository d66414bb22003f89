import {
  chmodSync,
  closeSync,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
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
import { type FailureCode, messageOf, StiError } from '../errors.ts';
import { hasCode, workspaceError } from './file-errors.ts';
import { linkStaysInside, safePath, windingLinkStaysInside } from './link-safety.ts';

export interface UnpackOptions {
  /** Whose archive it is: the code of every error. */
  readonly code: FailureCode;
  readonly limits?: { readonly entries: number; readonly bytes: number } | undefined;
  /** Given to everything that is unpacked; needs root. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  readonly signal?: AbortSignal | undefined;
  /** False leaves the entry out. Paths are plain: no leading `/` or `./`. */
  readonly accept?: ((path: string) => boolean) | undefined;
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

/** One file that is being written. */
export interface FileSink {
  write(chunk: Uint8Array): void;
  end(): void;
}

const diskTroubles = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE'];

export const unpackLimits = { entries: 1_000_000, bytes: 10 * 1024 ** 3 };

/**
 * A folder that an archive's entries are written into, and nothing outside it (PROTOCOL.md, "save-artifacts").
 * Every call is synchronous, which is the fastest for many small files; archives arrive in pieces, so the event loop runs anyway.
 */
export class UnpackTarget {
  readonly #folder: string;
  readonly #options: UnpackOptions;
  /** Paths that are known to be real folders, with the time to give them at the end. */
  readonly #folders = new Map<string, number | undefined>([['', undefined]]);
  readonly #windingLinks: string[] = [];
  #openFile: number | undefined;
  #entries = 0;
  #files = 0;
  #bytes = 0;

  constructor(folder: string, options: UnpackOptions) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#options = options;
  }

  /** The entry's path inside the folder, or undefined when it is to be left out. Counts it; refuses unsafe names. */
  admit(name: string): string | undefined {
    this.#entries += 1;
    const limit = (this.#options.limits ?? unpackLimits).entries;
    if (this.#entries > limit) throw this.refusal(name, `is one more than the ${limit} entries that sti unpacks`);
    const path = safePath(name);
    if (path === undefined) throw this.refusal(name, 'leads out of the folder');
    return path === '' || this.#options.accept?.(path) === false ? undefined : path;
  }

  directory(path: string, { mode, mtimeMs }: UnpackAttributes): void {
    this.#makeFolder(path);
    chmodSync(this.#at(path), (mode & 0o777) | 0o700);
    this.#folders.set(path, mtimeMs);
  }

  file(path: string, size: number, { mode, mtimeMs }: UnpackAttributes): FileSink {
    this.#claim(path, size);
    const file = this.#place(path, (at) => openSync(at, 'wx', 0o600));
    this.#openFile = file;
    return {
      write: (chunk) => {
        for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written);
      },
      end: () => {
        const { owner } = this.#options;
        if (owner) fchownSync(file, owner.uid, owner.gid);
        fchmodSync(file, (mode & 0o777) | 0o600);
        futimesSync(file, mtimeMs / 1000, mtimeMs / 1000);
        this.close();
      },
    };
  }

  symbolicLink(path: string, target: string, mtimeMs: number): void {
    this.#claim(path, 0);
    const verdict = linkStaysInside(path, target);
    if (verdict === 'no') throw this.refusal(path, `is a link that leaves the folder, to ${JSON.stringify(target)}`);
    if (verdict === 'winding') this.#windingLinks.push(path);
    this.#place(path, (at) => symlinkSync(target, at));
    this.#own(path);
    lutimesSync(this.#at(path), mtimeMs / 1000, mtimeMs / 1000);
  }

  hardLink(path: string, target: string): void {
    const inside = safePath(target);
    if (!inside) throw this.refusal(path, `is a link that leaves the folder, to ${JSON.stringify(target)}`);
    this.#makeParent(inside, path);
    const details = lstatSync(this.#at(inside), { throwIfNoEntry: false });
    if (details?.isSymbolicLink()) {
      this.symbolicLink(path, readlinkSync(this.#at(inside)), details.mtimeMs);
      return;
    }
    if (!details?.isFile())
      throw this.refusal(path, `is a link to ${JSON.stringify(target)}, which is no file of the archive`);
    if (path === inside) return;
    this.#claim(path, details.size);
    this.#place(path, (at) => linkSync(this.#at(inside), at));
  }

  /** Everything is in place: folders get their times, and links that could not be judged alone are judged. */
  finish(): Unpacked {
    for (const path of this.#windingLinks) {
      if (!windingLinkStaysInside(this.#folder, path)) throw this.refusal(path, 'is a link that leaves the folder');
    }
    for (const [path, mtimeMs] of [...this.#folders].reverse()) {
      if (mtimeMs !== undefined) utimesSync(this.#at(path), mtimeMs / 1000, mtimeMs / 1000);
    }
    return { files: this.#files, bytes: this.#bytes };
  }

  /** Closes a file that was not written to its end. */
  close(): void {
    if (this.#openFile !== undefined) closeSync(this.#openFile);
    this.#openFile = undefined;
  }

  refusal(name: string, why: string): StiError {
    return new StiError(this.#options.code, `the archive can't be unpacked: the entry ${JSON.stringify(name)} ${why}`, {
      hint: 'Make an archive of plain files, folders and links that stay inside it.',
    });
  }

  /** What went wrong while writing, as an error that names the entry. */
  failure(name: string, error: unknown): StiError {
    if (error instanceof StiError) return error;
    return hasCode(error, ...diskTroubles)
      ? workspaceError(this.#at(name), error)
      : this.refusal(name, `can't be written: ${messageOf(error)}`);
  }

  #at(path: string): string {
    return `${this.#folder}/${path}`;
  }

  #own(path: string): void {
    const { owner } = this.#options;
    if (owner) lchownSync(this.#at(path), owner.uid, owner.gid);
  }

  #claim(path: string, size: number): void {
    this.#files += 1;
    this.#bytes += size;
    const limit = (this.#options.limits ?? unpackLimits).bytes;
    if (this.#bytes > limit) throw this.refusal(path, `makes more than the ${limit} bytes that sti unpacks`);
  }

  /** A later entry of the same name takes the place of a file or link, never of a folder. */
  #place<T>(path: string, create: (at: string) => T): T {
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

  #makeParent(path: string, entry: string): void {
    const end = path.lastIndexOf('/');
    if (end > 0) this.#makeFolder(path.slice(0, end), entry);
  }

  #makeFolder(path: string, entry = path): void {
    if (this.#folders.has(path)) return;
    this.#makeParent(path, entry);
    const details = lstatSync(this.#at(path), { throwIfNoEntry: false });
    if (details && !details.isDirectory()) {
      const what = details.isSymbolicLink() ? 'goes through the link' : 'lies below the file';
      throw this.refusal(entry, `${what} ${JSON.stringify(path)}`);
    }
    if (!details) {
      mkdirSync(this.#at(path));
      chmodSync(this.#at(path), 0o755);
      this.#own(path);
    }
    this.#folders.set(path, undefined);
  }
}
