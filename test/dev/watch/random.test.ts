import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { copyTree } from '../../../source/tree/copy.ts';
import { loadIgnore } from '../../../source/tree/ignore/rules.ts';
import { scanFolder } from '../../../source/tree/scan.ts';
import { syncTree } from '../../../source/tree/sync.ts';
import type { FileTree } from '../../../source/tree/tree.ts';
import { scanned, soon, type Watched, watched } from '../../support/watch.ts';

const place = fc.constantFrom(
  'a',
  'b',
  'd',
  'd/a',
  'd/e',
  'd/e/a',
  'd/e/d',
  'v',
  'v/keep',
  'v/drop',
  'v/w',
  'v/w/keep',
);
const step = fc.oneof(
  fc.record({ do: fc.constant('write'), at: place, text: fc.constantFrom('', 'x', 'y', 'longer') }),
  // The same size and the same time as before: only the system knows of it.
  fc.record({ do: fc.constantFrom('old', 'old over it'), at: place, text: fc.constantFrom('x', 'y', 'z') }),
  fc.record({ do: fc.constantFrom('folder', 'remove', 'link', 'mode', 'pause'), at: place, text: fc.constant('') }),
  fc.record({ do: fc.constant('rename'), at: place, text: place }),
);

function writeOld(path: string, text: string): void {
  writeFileSync(path, text);
  utimesSync(path, 1, 1);
}

/** Many steps are impossible where they come; the system refuses them, which is as good as another. */
async function take(app: Watched, { do: what, at, text }: { do: string; at: string; text: string }): Promise<void> {
  const path = app.path(at);
  if (what === 'pause') return pause(12);
  try {
    mkdirSync(dirname(path), { recursive: true });
    if (what === 'write') writeFileSync(path, text);
    if (what === 'old') writeOld(path, text);
    if (what === 'old over it') {
      writeOld(`${app.root}-other`, text);
      renameSync(`${app.root}-other`, path);
    }
    if (what === 'folder') mkdirSync(path);
    if (what === 'remove') rmSync(path, { recursive: true });
    if (what === 'link') symlinkSync('target', path);
    if (what === 'mode') chmodSync(path, 0o711);
    if (what === 'rename') renameSync(path, app.path(text));
  } catch {}
}

/** Paths, and what is in files and links. */
function contentOf(root: string, { entries }: Pick<FileTree, 'entries'>): string[] {
  return entries.map(({ path, type }) => {
    if (type === 'directory') return `${path}/`;
    return `${path} ${type === 'file' ? readFileSync(`${root}/${path}`, 'utf8') : readlinkSync(`${root}/${path}`)}`;
  });
}

/** What someone has who began with nothing and only took over the changes. */
function follow(app: Watched): string[] {
  const known = new Map([
    ['.dockerignore', 'file'],
    ['a', 'file'],
    ['d', 'directory'],
    ['d/a', 'file'],
  ]);
  for (const { changes } of app.batches) {
    for (const { kind, path, type } of changes) {
      const parent = dirname(path);
      if (kind === 'added' && parent !== '.') expect(known.get(parent)).toBe('directory');
      if (kind === 'removed') {
        expect([...known.keys()].filter((other) => other.startsWith(`${path}/`))).toEqual([]);
        expect(known.get(path)).toBe(type);
        known.delete(path);
      } else {
        expect(known.has(path)).toBe(kind === 'changed');
        known.set(path, type);
      }
    }
  }
  return [...known].map(([path, type]) => `${path} ${type}`).toSorted();
}

it('whatever happens, the tree ends as the one a build takes, and the changes and a copy lead there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const app = await watched({ '.dockerignore': 'v\n!v/**/keep\n', a: 'x', 'd/a': 'x' });
      const copy = `${app.root}-copy`;
      for (const path of ['a', 'd/a']) writeOld(app.path(path), 'x');
      await app.watcher.reconcile();
      const first = app.watcher.tree();
      await copyTree(first, copy);
      for (const one of steps) await take(app, one);
      const rules = await loadIgnore(app.root, app.root);
      await soon(async () => {
        const { entries } = await scanFolder(app.root, { rules });
        // Noise in a folder moves its time without being told.
        const timeless = (all: typeof entries) =>
          all.map((entry) => (entry.type === 'directory' ? { ...entry, mtimeMs: 0 } : entry));
        expect(timeless(scanned(app.watcher.tree()))).toEqual(timeless(entries));
      });
      let before = first.entries;
      await soon(async () => {
        const now = app.watcher.tree();
        await syncTree(before, now, copy);
        before = now.entries;
        const copied = await scanFolder(copy);
        expect(contentOf(copy, copied)).toEqual(contentOf(app.root, now));
      });
      expect(follow(app)).toEqual(
        app.watcher
          .tree()
          .entries.map(({ path, type }) => `${path} ${type}`)
          .toSorted(),
      );
      await app.watcher.close();
    }),
    { numRuns: 40 },
  );
}, 120_000);
