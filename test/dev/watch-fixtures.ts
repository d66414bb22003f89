import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { type Batch, type Watcher, type WatchOptions, watchTree } from '../../source/dev/watch.ts';
import type { FileTree } from '../../source/origin/tree.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

// What the system tells of may take long to come on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

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

/** Waits for what the system tells in its own time. */
export function soon(check: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 5 });
}
