import { isUtf8 } from 'node:buffer';
import type { FailureCode } from '../../errors.ts';
import type { TreeEntry } from '../tree.ts';
import { ArchiveModel, type ModelEntry } from './model.ts';
import type { ByteName } from './names.ts';
import { type TarEntry, TarReader } from './reader.ts';

/**
 * What unpacking a tar would come to, without writing anything: entries whose content is in the archive itself, for
 * `FileTree`. Modes are kept, but for set-id bits and for what the owner of a folder needs; a hard link is another file of
 * the same content.
 */
export class TarListing {
  readonly #model: ArchiveModel;
  readonly #reader: TarReader;

  constructor(code: FailureCode) {
    const model = new ArchiveModel({ code });
    this.#model = model;
    this.#reader = new TarReader({
      entry: (entry) => {
        list(model, entry);
        return undefined;
      },
      refusal: (name, why) => model.refusal(name, why),
    });
  }

  /** The end blocks have been read. */
  get ended(): boolean {
    return this.#reader.ended;
  }

  push(chunk: Buffer): void {
    this.#model.countRead(chunk.length);
    this.#reader.push(chunk);
  }

  finish(): TreeEntry[] {
    this.#reader.finish();
    this.#model.finish();
    return [...this.#model.entries].map(([name, entry]) => this.#entry(name, entry));
  }

  #entry(name: ByteName, entry: ModelEntry): TreeEntry {
    const path = this.#text(name, name);
    const { mode, mtimeMs } = entry;
    switch (entry.type) {
      case 'directory':
        return { path, type: 'directory', mode: mode | 0o700, mtimeMs };
      case 'link':
        return { path, type: 'link', mode, mtimeMs, target: this.#text(entry.target, name) };
      case 'file':
        return { path, type: 'file', mode, mtimeMs, size: entry.size, offset: entry.offset };
    }
  }

  #text(bytes: ByteName, name: ByteName): string {
    const text = Buffer.from(bytes, 'latin1');
    if (!isUtf8(text)) throw this.#model.refusal(name, "has a name that isn't UTF-8");
    return text.toString();
  }
}

function list(model: ArchiveModel, entry: TarEntry): void {
  const { name, type, size, offset, mtimeMs, linkname } = entry;
  const path = model.admit(name, type === 'directory');
  const attributes = { mode: entry.mode & 0o777, mtimeMs };
  switch (type) {
    case 'directory':
      model.directory(path, attributes);
      return;
    case 'file':
      model.file(path, { size, offset }, attributes);
      return;
    case 'symlink':
      model.symbolicLink(path, linkname, mtimeMs);
      return;
    case 'link': {
      const original = model.original(path, linkname);
      const { entry } = original;
      if (entry.type === 'link') model.symbolicLink(path, entry.target, entry.mtimeMs);
      else if (entry.type === 'file' && original.path !== path) model.file(path, entry, entry);
      return;
    }
    case 'device':
    case 'pipe':
      throw model.refusal(path, `is a ${type}`);
  }
}
