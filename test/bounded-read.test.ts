import { spawnSync } from 'node:child_process';
import { appendFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReadOptions, type ReadResult, readBounded } from '../source/bounded-read.ts';
import { tempFolder, writeFiles } from './support/temp.ts';

const maxBytes = 64 * 1024;
const follow: ReadOptions = { maxBytes, links: 'follow' };

function reasonOf(result: ReadResult): string {
  return result.outcome === 'refused' ? result.reason : result.outcome;
}

function textOf(result: ReadResult): string | undefined {
  return result.outcome === 'content' ? result.content.toString() : undefined;
}

function makeFifo(path: string): string {
  spawnSync('mkfifo', [path]);
  return path;
}

describe('reading a file whole', () => {
  it('gives every byte of a file up to the limit, and refuses a file with one byte more', async () => {
    const path = join(tempFolder(), 'file');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 9000 }), fc.integer({ min: 0, max: 9000 }), async (bytes, limit) => {
        writeFileSync(path, bytes);
        const result = await readBounded(path, { maxBytes: limit, links: 'follow' });
        if (bytes.length > limit) expect(reasonOf(result)).toBe('too-large');
        else expect(result).toEqual({ outcome: 'content', content: Buffer.from(bytes) });
      }),
    );
  });

  it('reads a file of several pieces', async () => {
    const content = Buffer.alloc(3 * 1024 * 1024 + 17, 'abcdefg');
    const path = join(tempFolder(), 'file');
    writeFileSync(path, content);
    const result = await readBounded(path, { maxBytes: content.length, links: 'follow' });
    expect(result.outcome === 'content' && content.equals(result.content)).toBe(true);
  });

  it('reads a file of the kernel, which has no size', async () => {
    expect(textOf(await readBounded('/proc/self/status', follow))).toContain('VmHWM');
  });

  it('says that a file is absent, also below a file and where a link dangles', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('nowhere', join(folder, 'dangling'));
    for (const name of ['none', 'file/below', 'dangling']) {
      expect(await readBounded(join(folder, name), follow), name).toEqual({ outcome: 'absent' });
      expect(await readBounded(join(folder, name), { maxBytes, links: { inside: folder } }), name).toEqual({
        outcome: 'absent',
      });
    }
  });

  it('refuses what is not a regular file without waiting for it', async () => {
    const folder = tempFolder();
    const fifo = makeFifo(join(folder, 'fifo'));
    symlinkSync(fifo, join(folder, 'link'));
    for (const path of [fifo, join(folder, 'link'), folder, '/dev/zero', '/dev/tty']) {
      expect(reasonOf(await readBounded(path, follow)), path).toBe('not-a-file');
    }
  });

  it('refuses a sparse file by its size', async () => {
    const path = join(tempFolder(), 'sparse');
    writeFileSync(path, '');
    truncateSync(path, 700 * 1024 * 1024);
    expect(await readBounded(path, follow)).toMatchObject({ reason: 'too-large', message: 'is larger than 64 KiB' });
  });

  it('refuses a file that grows beyond the limit while it is read', async () => {
    const path = join(tempFolder(), 'growing');
    const piece = Buffer.alloc(1024 * 1024);
    writeFileSync(path, Buffer.concat([piece, piece]));
    const reading = readBounded(path, { maxBytes: 3 * piece.length, links: 'follow' });
    appendFileSync(path, Buffer.concat([piece, piece, piece, piece]));
    expect(reasonOf(await reading)).toBe('too-large');
  });

  it('says why a file could not be read', async () => {
    const folder = tempFolder();
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect(await readBounded(join(folder, 'a'), follow)).toMatchObject({
      reason: 'unreadable',
      message: expect.stringContaining('ELOOP'),
    });
  });

  it('rejects with the reason of the signal, before and between pieces', async () => {
    const path = join(tempFolder(), 'file');
    const size = 8 * 1024 * 1024;
    writeFileSync(path, Buffer.alloc(size));
    const reason = new Error('enough');
    const options = { maxBytes: size, links: 'follow' } as const;
    await expect(readBounded(path, { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const reading = readBounded(path, { ...options, signal: controller.signal });
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });
});

describe('reading inside a folder', () => {
  function makeSource(): { root: string; options: ReadOptions } {
    const folder = tempFolder();
    writeFiles(folder, { 'source/config/env': 'A=inside', secret: 'A=outside', 'source-two/env': 'A=outside' });
    const root = join(folder, 'source');
    return { root, options: { maxBytes, links: { inside: root } } };
  }

  it.each<[string, (root: string) => void]>([
    ['a link', (root) => symlinkSync('config/env', join(root, 'file'))],
    [
      'a chain of links',
      (root) => {
        symlinkSync('config', join(root, 'first'));
        symlinkSync('first/../first/env', join(root, 'file'));
      },
    ],
    ['an absolute link', (root) => symlinkSync(join(root, 'config/env'), join(root, 'file'))],
    ['a link that leaves the folder and comes back', (root) => symlinkSync('../source/config/env', join(root, 'file'))],
  ])('follows %s that ends inside', async (_, make) => {
    const { root, options } = makeSource();
    make(root);
    expect(textOf(await readBounded(join(root, 'file'), options))).toBe('A=inside');
  });

  it.each<[string, string, (root: string) => void]>([
    ['a relative link', 'file', (root) => symlinkSync('../secret', join(root, 'file'))],
    ['an absolute link', 'file', (root) => symlinkSync(join(root, '../secret'), join(root, 'file'))],
    ['a folder that is a link', 'dir/secret', (root) => symlinkSync('..', join(root, 'dir'))],
    [
      'a link by a folder whose name only begins alike',
      'file',
      (root) => symlinkSync('../source-two/env', join(root, 'file')),
    ],
    [
      'a chain of links',
      'one',
      (root) => {
        symlinkSync('two', join(root, 'one'));
        symlinkSync('config/../../secret', join(root, 'two'));
      },
    ],
    ['a path with ..', 'config/../../secret', () => {}],
    [
      'a link to a pipe',
      'file',
      (root) => {
        makeFifo(join(root, '../pipe'));
        symlinkSync('../pipe', join(root, 'file'));
      },
    ],
    ['a link to the folder above', 'file', (root) => symlinkSync('..', join(root, 'file'))],
  ])('refuses %s that leads out', async (_, name, make) => {
    const { root, options } = makeSource();
    make(root);
    expect(reasonOf(await readBounded(join(root, name), options))).toBe('outside');
  });

  it('takes the folder itself by any name', async () => {
    const { root } = makeSource();
    symlinkSync('source', join(root, '../alias'));
    const alias = join(root, '../alias');
    expect(textOf(await readBounded(join(alias, 'config/env'), { maxBytes, links: { inside: alias } }))).toBe(
      'A=inside',
    );
    expect(textOf(await readBounded('/proc/version', { maxBytes, links: { inside: '/' } }))).toContain('Linux');
  });

  it('never reads outside while the file is swapped for a link, over and over', async () => {
    const { root, options } = makeSource();
    const swapper = new Worker(
      `const { linkSync, renameSync, symlinkSync, unlinkSync } = require('node:fs');
       for (let times = 0; times < 3000; times += 1) {
         linkSync('${root}/config/env', '${root}/new');
         renameSync('${root}/new', '${root}/file');
         unlinkSync('${root}/file');
         symlinkSync('../secret', '${root}/file');
         unlinkSync('${root}/file');
       }`,
      { eval: true },
    );
    let ended = false;
    swapper.once('exit', () => {
      ended = true;
    });
    const seen = new Set<string | undefined>();
    while (!ended) {
      for (let times = 0; times < 20; times += 1) seen.add(textOf(await readBounded(join(root, 'file'), options)));
      await nextTurn();
    }
    expect(seen).toContain('A=inside');
    expect(seen).not.toContain('A=outside');
  });
});

describe('reading where no link may be', () => {
  it('refuses a link, and reads a file', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'file'), 'text');
    symlinkSync('file', join(folder, 'link'));
    const options: ReadOptions = { maxBytes, links: 'refuse' };
    expect(textOf(await readBounded(join(folder, 'file'), options))).toBe('text');
    expect(reasonOf(await readBounded(join(folder, 'link'), options))).toBe('not-a-file');
    rmSync(join(folder, 'link'));
    renameSync(join(folder, 'file'), join(folder, 'link'));
    expect(textOf(await readBounded(join(folder, 'link'), options))).toBe('text');
  });
});
