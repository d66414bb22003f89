import { execFileSync } from 'node:child_process';
import { linkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beginsWith, setVersions } from '../../../source/dev/watch/content.ts';
import { createTreeState, type Snapshot } from '../../../source/dev/watch/state.ts';
import { createPace } from '../../../source/tree/pace.ts';
import { entryOf } from '../../../source/tree/scan.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

/** A folder whose files are looked at when the test says so, `age` ms after they were last written. */
function looking(files: Readonly<Record<string, string>>) {
  const root = tempFolder();
  writeFiles(root, files);
  const state = createTreeState();
  const knownOf = (path: string, age: number): Snapshot | undefined => {
    const details = statSync(join(root, path));
    const entry = entryOf(root, path, details);
    return entry && { entry, inode: details.ino, ctimeMs: details.ctimeMs, seenAt: details.ctimeMs + age };
  };
  const look = async (paths: readonly string[], age = 1_000) => {
    const updates = new Map(paths.map((path) => [path, knownOf(path, age)]));
    await setVersions(root, state, updates, createPace());
    return state.apply(updates).map(({ path }) => path);
  };
  return { root, state, look, path: (name: string) => join(root, name) };
}

/** Writes other bytes into the file and gives it a time. */
function write(path: string, text: string, seconds = 1): void {
  writeFileSync(path, text);
  utimesSync(path, seconds, seconds);
}

const names = Array.from({ length: 100 }, (_, index) => `f${index}`);

describe('setVersions', () => {
  it('gives none at the first look', async () => {
    const { state, look } = looking({ a: 'x' });
    await look(['a']);
    expect(state.entries()[0]).not.toHaveProperty('version');
  });

  it.each([
    ['written over', (path: string) => write(path, 'BBBB')],
    [
      'another one moved over it',
      (path: string) => {
        write(`${path}.new`, 'BBBB');
        renameSync(`${path}.new`, path);
      },
    ],
    [
      'copied over it with its time',
      (path: string) => {
        write(`${path}.new`, 'BBBB');
        execFileSync('cp', ['-p', `${path}.new`, path]);
      },
    ],
    [
      'written through another name',
      (path: string) => {
        linkSync(path, `${path}.other`);
        write(`${path}.other`, 'BBBB');
      },
    ],
    [
      'removed and made again',
      (path: string) => {
        rmSync(path);
        write(path, 'BBBB');
      },
    ],
  ])('gives a new one to a file of the same size and an old time that was %s', async (_, change) => {
    const { state, look, path } = looking({ a: '' });
    write(path('a'), 'AAAA');
    await look(['a']);
    change(path('a'));
    expect(await look(['a'])).toEqual(['a']);
    expect(state.entries()).toMatchObject([{ size: 4, mtimeMs: 1_000, version: 1 }]);
  });

  it('never gives one twice, so that no older copy passes for a newer one', async () => {
    const { state, look, path } = looking({ a: '' });
    const versions = [];
    for (const text of ['AAAA', 'BBBB', 'AAAA', 'CCCC', 'BBBB']) {
      write(path('a'), text);
      await look(['a']);
      versions.push(JSON.stringify(state.entries()[0]));
    }
    expect(new Set(versions).size).toBe(5);
  });

  it('leaves it where the content is the same, whatever the system says was done', async () => {
    const { look, path } = looking({ a: 'x' });
    await look(['a']);
    write(path('a'), 'y');
    expect(await look(['a'])).toEqual(['a']);
    write(path('a'), 'y', 5);
    expect(await look(['a'])).toEqual([]);
    linkSync(path('a'), path('b'));
    expect(await look(['a'])).toEqual([]);
  });

  it('finds what was written within the tick of the clock in which the file was seen', async () => {
    const { root, state, look } = looking({ a: 'x' });
    const { ino: inode, ctimeMs, mtimeMs } = statSync(join(root, 'a'));
    const entry = { type: 'file', path: 'a', size: 1, mode: 0o644, mtimeMs } as const;
    state.apply(new Map([['a', { entry, inode, ctimeMs, seenAt: ctimeMs + 1, hash: 'of other content' }]]));
    expect(await look(['a'])).toEqual(['a']);
  });

  it('reads each of many files only once when a tool moves their change times again and again', async () => {
    const { look, path } = looking(Object.fromEntries(names.map((name) => [name, 'x'])));
    await look(names);
    const touchAll = (to: string) => names.forEach((name) => void linkSync(path(name), path(`${name}.${to}`)));
    touchAll('backup');
    expect(await look(names)).toHaveLength(100);
    touchAll('next');
    expect(await look(names)).toEqual([]);
  });

  it('counts a very large file as changed whenever the system says so', async () => {
    const { look, path } = looking({ a: 'x'.repeat(9 * 2 ** 20) });
    await look(['a']);
    for (const seconds of [1, 2]) {
      utimesSync(path('a'), seconds, seconds);
      expect(await look(['a'])).toEqual(['a']);
    }
  });
});

describe('beginsWith', () => {
  it('tells what was added to from what was written anew, and takes what it does not know for the latter', async () => {
    const { root, state, look, path } = looking({ a: 'x', b: 'x', unknown: 'x' });
    await look(['a', 'b'], 1);
    writeFileSync(path('a'), 'xy');
    writeFileSync(path('b'), 'yx');
    const now = state.get('a');
    expect(beginsWith(root, state.get('a'), now)).toBe(true);
    expect(beginsWith(root, state.get('b'), now)).toBe(false);
    await look(['unknown']);
    writeFileSync(path('unknown'), 'xy');
    expect(beginsWith(root, state.get('unknown'), now)).toBe(false);
  });
});
