import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { api, createContainer, inspectImage } from './engine.ts';

/** What two images must agree on, file by file. */
export interface FileRecord {
  readonly type: string;
  readonly mode: string;
  readonly owner: string;
  readonly size: number;
  /** Target of a link. */
  readonly link: string;
  /** sha256 of a file's content. */
  readonly content: string;
}

/** Path without a leading `/` → record, sorted by path. */
export type Listing = ReadonlyMap<string, FileRecord>;

/** What the engine itself puts into every container. */
const engineOwn = /^(dev|proc|sys)(\/|$)|^\.dockerenv$|^etc\/(hostname|hosts|resolv\.conf|mtab)$/;

/** All files of an image. */
export async function filesOf(image: string): Promise<Listing> {
  const id = await createContainer({ image, command: ['/none'], entrypoint: [] });
  try {
    const records = new Map<string, FileRecord>();
    const tar = extract();
    const read = pipeline(await api.open('GET', `/containers/${id}/export`), tar);
    for await (const entry of tar) {
      const content = await buffer(entry);
      const path = entry.header.name.replace(/^\.?\/|\/$/g, '');
      if (path && !engineOwn.test(path)) records.set(path, recordOf(entry.header, sha256(content)));
    }
    await read;
    return sorted(records);
  } finally {
    await api.call('DELETE', `/containers/${id}?force=1&v=1`);
  }
}

function recordOf(header: Header, sum: string): FileRecord {
  return {
    type: header.type ?? 'file',
    mode: octal((header.mode ?? 0) & 0o7777),
    owner: `${header.uid ?? 0}:${header.gid ?? 0}`,
    size: header.size ?? 0,
    link: header.linkname ?? '',
    content: header.type === 'file' ? sum : '',
  };
}

export interface Difference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What stands in `after` and not in `before`, and so on: paths, sorted. */
export function difference(before: Listing, after: Listing): Difference {
  const paths = [...after.keys()];
  const same = (path: string) => JSON.stringify(before.get(path)) === JSON.stringify(after.get(path));
  return {
    added: paths.filter((path) => !before.has(path)),
    changed: paths.filter((path) => before.has(path) && !same(path)),
    removed: [...before.keys()].filter((path) => !after.has(path)),
  };
}

/** A folder of this machine, byte for byte, with modes, owners and modification times: to show that nobody touched it. */
export function folderListing(folder: string): ReadonlyMap<string, FileRecord & { readonly mtimeMs: number }> {
  const paths = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()];
  return new Map(
    paths.map((path) => {
      const full = join(folder, path);
      const stat = lstatSync(full);
      const type = stat.isSymbolicLink()
        ? 'symlink'
        : stat.isDirectory()
          ? 'directory'
          : stat.isFile()
            ? 'file'
            : 'other';
      const record = {
        type,
        mode: octal(stat.mode & 0o7777),
        owner: `${stat.uid}:${stat.gid}`,
        size: type === 'directory' ? 0 : stat.size,
        link: type === 'symlink' ? readlinkSync(full) : '',
        content: type === 'file' ? sha256(readFileSync(full)) : '',
        mtimeMs: stat.mtimeMs,
      };
      return [path, record];
    }),
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function sorted<Value>(records: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map([...records].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The configuration of an image; a label has its tag, which is another for each. */
export async function configOf(tag: string): Promise<unknown> {
  const { Config } = (await inspectImage(tag)) ?? {};
  const config: unknown = JSON.parse(JSON.stringify(Config ?? null).replaceAll(tag, 'its own tag'));
  return config;
}
