import { isUtf8 } from 'node:buffer';
import { type FailureCode, StiError } from '../../errors.ts';
import type { TreeEntry } from '../tree.ts';
import { UnpackBudget } from './limits.ts';
import { linkStaysInside, safePath } from './links.ts';
import { type ByteName, byteName, shownName } from './names.ts';
import { type TarEntry, TarReader } from './reader.ts';

/** The system's own for a link. */
const longestTarget = 4096;
/** The system's own for a file's name. */
const longestPart = 255;
/** Links that the system follows on one path. */
const mostLinks = 40;

/**
 * What unpacking a tar would come to, without writing anything: entries whose content is in the archive itself, for
 * `FileTree`. The rules are those of {@link UnpackTarget}; modes are kept, but for set-id bits and for what the owner of a
 * folder needs. A hard link is another file of the same content.
 */
export class TarListing {
  readonly #code: FailureCode;
  readonly #reader: TarReader;
  readonly #budget = new UnpackBudget();
  readonly #entries = new Map<string, TreeEntry>();
  readonly #windingLinks: string[] = [];

  constructor(code: FailureCode) {
    this.#code = code;
    this.#reader = new TarReader({
      entry: (entry) => {
        this.#list(entry);
        return undefined;
      },
      refusal: (name, why) => this.#refusal(name, why),
    });
  }

  /** The end blocks have been read. */
  get ended(): boolean {
    return this.#reader.ended;
  }

  push(chunk: Buffer): void {
    const tooMuch = this.#budget.read(chunk.length);
    if (tooMuch !== undefined) throw this.#refused(`it ${tooMuch}`);
    this.#reader.push(chunk);
  }

  /** Parents before their children. */
  finish(): TreeEntry[] {
    this.#reader.finish();
    for (const path of this.#windingLinks) {
      if (!this.#leadsInside(path)) throw this.#refusal(byteName(path), 'is a link that leaves the folder');
    }
    return [...this.#entries.values()];
  }

  #list(entry: TarEntry): void {
    const { name, type, size, mtimeMs, offset } = entry;
    const path = this.#admit(name, type === 'directory');
    const attributes = { path, mtimeMs, mode: entry.mode & 0o777 };
    switch (type) {
      case 'directory':
        if (path === '') return;
        this.#folder(path, path, mtimeMs);
        this.#entries.set(path, { ...attributes, type, mode: attributes.mode | 0o700 });
        return;
      case 'file':
        this.#place({ ...attributes, type, size, offset });
        return;
      case 'symlink':
        this.#place({ ...attributes, type: 'link', mode: 0o777, target: this.#target(path, entry.linkname) });
        return;
      case 'link':
        this.#hardLink(path, entry);
        return;
      case 'device':
      case 'pipe':
        throw this.#refusal(byteName(path), `is a ${type}`);
    }
  }

  #admit(name: ByteName, isFolder: boolean): string {
    const tooMuch = this.#budget.entry(name);
    if (tooMuch !== undefined) throw this.#refusal(name, tooMuch);
    if (name.includes('\0')) throw this.#refusal(name, 'has a NUL in its name');
    const path = safePath(name);
    if (path === undefined) throw this.#refusal(name, 'leads out of the folder');
    if (path === '' && !isFolder) throw this.#refusal(name, 'has no name of its own');
    if (path.split('/').some((part) => part.length > longestPart))
      throw this.#refusal(name, `has a part of more than ${longestPart} bytes in its name`);
    return this.#text(path, path);
  }

  #target(path: string, linkname: ByteName): string {
    const name = byteName(path);
    if (linkname.includes('\0') || linkname.length > longestTarget)
      throw this.#refusal(name, 'is a link to no possible path');
    const target = this.#text(linkname, name);
    const verdict = linkStaysInside(path, target);
    if (verdict === 'no') throw this.#refusal(name, `is a link that leaves the folder, to ${shownName(linkname)}`);
    if (verdict === 'winding') this.#windingLinks.push(path);
    return target;
  }

  #hardLink(path: string, { linkname, mtimeMs }: TarEntry): void {
    const name = byteName(path);
    const inside = safePath(linkname);
    if (!inside) throw this.#refusal(name, `is a link that leaves the folder, to ${shownName(linkname)}`);
    this.#parent(this.#text(inside, name), path, mtimeMs);
    const original = this.#entries.get(this.#text(inside, name));
    if (original?.type === 'link') this.#target(path, byteName(original.target));
    else if (original?.type !== 'file')
      throw this.#refusal(name, `is a link to ${shownName(linkname)}, which is no file of the archive`);
    if (original.path !== path) this.#place({ ...original, path });
  }

  /** A later entry of the same name takes the place of a file or link, never of a folder. */
  #place(entry: TreeEntry): void {
    const { path } = entry;
    const tooMuch = entry.type === 'file' ? this.#budget.content(entry.size) : undefined;
    if (tooMuch !== undefined) throw this.#refusal(byteName(path), tooMuch);
    this.#parent(path, path, entry.mtimeMs);
    if (this.#entries.get(path)?.type === 'directory') throw this.#refusal(byteName(path), 'would replace a folder');
    this.#entries.set(path, entry);
  }

  #parent(path: string, entry: string, mtimeMs: number): void {
    const end = path.lastIndexOf('/');
    if (end > 0) this.#folder(path.slice(0, end), entry, mtimeMs);
  }

  #folder(path: string, entry: string, mtimeMs: number): void {
    const there = this.#entries.get(path);
    if (there?.type === 'directory') return;
    this.#parent(path, entry, mtimeMs);
    if (there !== undefined) {
      const what = there.type === 'link' ? 'goes through the link' : 'lies below the file';
      throw this.#refusal(byteName(entry), `${what} ${shownName(byteName(path))}`);
    }
    this.#entries.set(path, { type: 'directory', path, mode: 0o755, mtimeMs });
  }

  /** Follows a link as the system would if all were in place. One that leads nowhere is not trusted. */
  #leadsInside(link: string): boolean {
    const ahead = link.split('/');
    const at: string[] = [];
    for (let links = 0; ahead.length > 0; ) {
      const part = ahead.shift() ?? '';
      if (part === '' || part === '.') continue;
      if (part === '..') {
        if (at.pop() === undefined) return false;
        continue;
      }
      const entry = this.#entries.get([...at, part].join('/'));
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

  #text(bytes: ByteName, name: ByteName): string {
    const text = Buffer.from(bytes, 'latin1');
    if (!isUtf8(text)) throw this.#refusal(name, "has a name that isn't UTF-8");
    return text.toString();
  }

  #refusal(name: ByteName, why: string): StiError {
    return this.#refused(`the entry ${shownName(name)} ${why}`);
  }

  #refused(why: string): StiError {
    return new StiError(this.#code, `the archive can't be unpacked: ${why}`, {
      hint: 'Make an archive of plain files, folders and links that stay inside it.',
    });
  }
}
