import { type FailureCode, StiError } from '../../errors.ts';
import { UnpackBudget, type UnpackLimits } from './limits.ts';
import { linkStaysInside, safePath } from './links.ts';
import { type ByteName, shownName } from './names.ts';

export interface Attributes {
  readonly mode: number;
  readonly mtimeMs: number;
}

export type ModelEntry = Attributes &
  (
    | { readonly type: 'directory' /** Not only on the way to another entry. */; readonly listed: boolean }
    | { readonly type: 'file'; readonly size: number; readonly offset: number }
    | { readonly type: 'link'; readonly target: ByteName }
  );

/** What an accepted entry means for a folder that has all that came before. */
export interface Placement {
  /** Folders that are missing on the way to it, outermost first. */
  readonly folders: readonly ByteName[];
  /** It takes the place of a file or link. */
  readonly replaces: boolean;
}

/** On the way to an entry: the folders that are missing so far get its time. */
interface Way {
  readonly entry: ByteName;
  readonly mtimeMs: number;
  readonly missing: ByteName[];
}

/** The system's own for a link, and for a part of a path. */
const longest = { target: 4096, part: 255 };
/** Links that the system follows on one path. */
const mostLinks = 40;

/**
 * What an archive may have in it, and what it comes to (docs/protocol.md, "save-artifacts"): paths and links stay inside, no
 * entry lies behind a link or below a file, and no more than the limits allow. Nothing is written; whoever writes does as the
 * placements say. Each refusal is an error of the archive's code.
 */
export class ArchiveModel {
  /** By path; parents before their children. */
  readonly entries = new Map<ByteName, ModelEntry>();
  readonly #code: FailureCode;
  readonly #budget: UnpackBudget;
  readonly #windingLinks = new Set<ByteName>();
  #files = 0;

  constructor({ code, limits }: { readonly code: FailureCode; readonly limits?: UnpackLimits | undefined }) {
    this.#code = code;
    this.#budget = new UnpackBudget(limits);
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
    if (path.split('/').some((part) => part.length > longest.part))
      throw this.refusal(name, `has a part of more than ${longest.part} bytes in its name`);
    return path;
  }

  directory(path: ByteName, attributes: Attributes): Placement {
    const folders: ByteName[] = [];
    if (path === '') return { folders, replaces: false };
    this.#folder(path, { entry: path, mtimeMs: attributes.mtimeMs, missing: folders });
    this.entries.set(path, { ...attributes, type: 'directory', listed: true });
    return { folders, replaces: false };
  }

  /** @param offset where its content begins in the archive; 0 where nobody asks */
  file(path: ByteName, content: { readonly size: number; readonly offset: number }, attributes: Attributes): Placement {
    const { size, offset } = content;
    return this.#place(path, { ...attributes, type: 'file', size, offset });
  }

  symbolicLink(path: ByteName, target: ByteName, mtimeMs: number): Placement {
    if (target.includes('\0') || target.length > longest.target)
      throw this.refusal(path, 'is a link to no possible path');
    const verdict = linkStaysInside(path, target);
    if (verdict === 'no') throw this.refusal(path, `is a link that leaves the folder, to ${shownName(target)}`);
    const placement = this.#place(path, { type: 'link', mode: 0o777, mtimeMs, target });
    if (verdict === 'winding') this.#windingLinks.add(path);
    return placement;
  }

  /** What a hard link is a link to: a file or link of the archive. */
  original(path: ByteName, target: ByteName): { readonly path: ByteName; readonly entry: ModelEntry } {
    const inside = safePath(target);
    if (!inside) throw this.refusal(path, `is a link that leaves the folder, to ${shownName(target)}`);
    this.#refuseBehind(inside, path);
    const entry = this.entries.get(inside);
    if (entry === undefined || entry.type === 'directory')
      throw this.refusal(path, `is a link to ${shownName(target)}, which is no file of the archive`);
    return { path: inside, entry };
  }

  /** Everything has come: links that could not be judged alone are judged. Files and links, and bytes of content. */
  finish(): { readonly files: number; readonly bytes: number } {
    for (const path of this.#windingLinks) {
      if (!this.#leadsInside(path)) throw this.refusal(path, 'is a link that leaves the folder');
    }
    return { files: this.#files, bytes: this.#budget.bytes };
  }

  refusal(name: ByteName, why: string): StiError {
    return this.#refused(`the entry ${shownName(name)} ${why}`);
  }

  #refused(why: string): StiError {
    return new StiError(this.#code, `the archive can't be unpacked: ${why}`, {
      hint: 'Make an archive of plain files, folders and links that stay inside it.',
    });
  }

  /** A later entry of the same name takes the place of a file or link, never of a folder. */
  #place(path: ByteName, entry: ModelEntry): Placement {
    this.#files += 1;
    const tooMuch = this.#budget.content(entry.type === 'file' ? entry.size : 0);
    if (tooMuch !== undefined) throw this.refusal(path, tooMuch);
    const folders: ByteName[] = [];
    this.#parent(path, { entry: path, mtimeMs: entry.mtimeMs, missing: folders });
    const there = this.entries.get(path);
    if (there?.type === 'directory') throw this.refusal(path, 'would replace a folder');
    this.entries.set(path, entry);
    this.#windingLinks.delete(path);
    return { folders, replaces: there !== undefined };
  }

  #parent(path: ByteName, way: Way): void {
    const end = path.lastIndexOf('/');
    if (end > 0) this.#folder(path.slice(0, end), way);
  }

  #folder(path: ByteName, way: Way): void {
    const there = this.entries.get(path);
    if (there?.type === 'directory') return;
    this.#parent(path, way);
    if (there !== undefined) throw this.#behind(path, there, way.entry);
    this.entries.set(path, { type: 'directory', mode: 0o755, mtimeMs: way.mtimeMs, listed: false });
    way.missing.push(path);
  }

  /** Refuses a path that goes through a link or a file. */
  #refuseBehind(path: ByteName, entry: ByteName): void {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      const parent = path.slice(0, end);
      const there = this.entries.get(parent);
      if (there !== undefined && there.type !== 'directory') throw this.#behind(parent, there, entry);
    }
  }

  #behind(path: ByteName, { type }: ModelEntry, entry: ByteName): StiError {
    const what = type === 'link' ? 'goes through the link' : 'lies below the file';
    return this.refusal(entry, `${what} ${shownName(path)}`);
  }

  /** Follows a link as the system would when all is in place. One that leads nowhere is not trusted. */
  #leadsInside(link: ByteName): boolean {
    const ahead = link.split('/');
    const at: ByteName[] = [];
    for (let links = 0; ahead.length > 0; ) {
      const part = ahead.shift() ?? '';
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (at.pop() === undefined) return false;
        continue;
      }
      const entry = this.entries.get([...at, part].join('/'));
      if (entry === undefined) return false;
      if (entry.type === 'link') {
        links += 1;
        if (links > mostLinks || entry.target.startsWith('/')) return false;
        ahead.unshift(...entry.target.split('/'));
      } else if (entry.type === 'file' && ahead.length > 0) return false;
      else at.push(part);
    }
    return true;
  }
}
