import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { watchTree } from '../../source/dev/watch/watch.ts';
import type { Batch, Watcher, WatchOptions } from '../../source/dev/watch/watcher.ts';
import type { FileTree, TreeEntry } from '../../source/tree/tree.ts';
import { tempFolder, writeFiles } from './temp.ts';

export interface Watched {
  readonly root: string;
  readonly watcher: Watcher;
  readonly batches: Batch[];
  readonly notices: string[];
  path(name: string): string;
}

/** Watches a new folder with these files; the watcher ends with the test. */
export async function watched(
  files: Readonly<Record<string, string>>,
  options: Partial<WatchOptions> & { readonly contextDir?: string } = {},
): Promise<Watched> {
  // A folder of its own inside, so that a test may replace it.
  const sourceRoot = join(realpathSync(tempFolder()), 'app');
  writeFiles(sourceRoot, files);
  const { contextDir, ...given } = options;
  return watch({ sourceRoot, root: join(sourceRoot, contextDir ?? ''), ...given });
}

export async function watch(options: Pick<WatchOptions, 'root' | 'sourceRoot'> & Partial<WatchOptions>) {
  const batches: Batch[] = [];
  const notices: string[] = [];
  const watcher = await watchTree({
    signal: new AbortController().signal,
    onBatch: (batch) => batches.push(batch),
    onNotice: (text) => notices.push(text),
    ...options,
  });
  onTestFinished(() => watcher.close());
  return { root: options.root, watcher, batches, notices, path: (name: string) => join(options.root, name) };
}

/** `+` added, `~` changed, `-` removed; folders end in `/`, links in `@`. */
export function changes({ batches }: Pick<Watched, 'batches'>): string[] {
  const signs = { added: '+', changed: '~', removed: '-' };
  const ends = { file: '', directory: '/', link: '@' };
  return batches.flatMap((batch) => batch.changes.map(({ kind, path, type }) => signs[kind] + path + ends[type]));
}

export function paths(tree: FileTree): string[] {
  return tree.entries.map(({ path }) => path);
}

/** What a scan would list: only a watcher tells versions of a file apart. */
export function scanned({ entries }: Pick<FileTree, 'entries'>): TreeEntry[] {
  return entries.map((entry) => {
    if (entry.type !== 'file') return entry;
    const { version: _, ...others } = entry;
    return others;
  });
}

/** Waits for what the system tells in its own time. */
export function soon(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 100_000, interval: 5 });
}
