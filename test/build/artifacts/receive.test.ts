import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { receive } from '../../../source/build/artifacts/receive.ts';
import { endBlocks, rawEntry } from '../../support/raw-tar.ts';
import { temporaryFolder } from '../../support/tree.ts';

const tar = Buffer.concat([rawEntry({ name: 'dep/file' }, 'in the archive'), endBlocks]);

/** Cuts bytes into pieces of these lengths, again and again. */
function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

/** What is received of a script that prints these pieces. */
async function receiveAll(pieces: readonly Buffer[], top = temporaryFolder()) {
  const path = join(top, 'copy.tar');
  const log: Uint8Array[] = [];
  const stdout = Readable.from(pieces);
  const { printed, failure, tree } = await receive(
    stdout,
    path,
    (_, bytes) => void log.push(bytes),
    AbortSignal.timeout(60_000),
  );
  const files = tree?.entries.map((entry) => entry.path) ?? [];
  return { printed, failure: failure?.message, log: Buffer.concat(log).toString('latin1'), files, path };
}

const outputs: readonly (readonly [string, Buffer, string, string])[] = [
  ['a tar', tar, 'archive', ''],
  ['a tar in gzip', gzipSync(tar), 'archive', ''],
  ['a tar and text', Buffer.concat([tar, Buffer.from('done\n')]), 'archive', ''],
  ['a tar in gzip and text', Buffer.concat([gzipSync(tar), Buffer.from('done\n')]), 'archive', ''],
  ['a tar and bytes', Buffer.concat([tar, gzipSync('x')]), 'archive', ''],
  ['zeros', Buffer.alloc(10_240), 'empty-archive', ''],
  ['zeros in gzip', gzipSync(Buffer.alloc(10_240)), 'empty-archive', ''],
  ['an empty gzip', gzipSync(''), 'empty-archive', ''],
  ['text', Buffer.from('npm install\n'.repeat(100)), 'text', 'npm install\n'.repeat(100)],
  ['nothing', Buffer.alloc(0), 'text', ''],
  ['text and a tar', Buffer.concat([Buffer.from('saving\n'), tar]), 'late-archive', 'saving\n'],
  ['text and a gzip', Buffer.concat([Buffer.from('saving\n'), gzipSync(tar)]), 'late-archive', 'saving\n'],
  ['text in gzip', gzipSync('text'), 'unknown-archive', ''],
  ['much text in gzip', gzipSync('text'.repeat(1000)), 'unknown-archive', ''],
  ['an xz', Buffer.concat([Buffer.from('fd377a585a00', 'hex'), Buffer.alloc(2000, 7)]), 'unknown-archive', ''],
];

describe('what a save-artifacts script prints', () => {
  it.each(outputs)('%s is taken for what it is, in whatever pieces it comes', async (_, bytes, printed, log) => {
    const lengths = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(lengths, async (pieces) => {
        const received = await receiveAll(cut(bytes, pieces));
        expect(received).toMatchObject({ printed, log, failure: undefined });
        expect(received.files).toEqual(printed === 'archive' ? ['dep', 'dep/file'] : []);
      }),
      { numRuns: 20 },
    );
  });

  it('is kept as a tar, plain, up to its end', async () => {
    for (const bytes of [tar, gzipSync(tar)]) {
      const { path } = await receiveAll([bytes, Buffer.from('done\n')]);
      expect(readFileSync(path)).toEqual(tar);
    }
  });

  it.each([
    ['a tar that breaks off', tar.subarray(0, 520), 'ends in the middle'],
    ['a gzip that breaks off', gzipSync(tar).subarray(0, 60), 'gzip is cut off'],
    ['a gzip that breaks off in its header', gzipSync(tar).subarray(0, 6), 'gzip is cut off'],
    ['a gzip with a wrong checksum', Buffer.concat([gzipSync(tar).subarray(0, -8), Buffer.alloc(8)]), 'checksum'],
    ['a gzip that is damaged', Buffer.concat([gzipSync(tar).subarray(0, 12), Buffer.alloc(2000, 0xff)]), 'its gzip is'],
    ['an entry that leads out', rawEntry({ name: '../x' }, 'x'), '"../x" leads out'],
  ])('is read to its end and named broken when it is %s', async (_, bytes, message) => {
    let isRead = false;
    async function* script() {
      yield bytes;
      yield Buffer.alloc(0);
      isRead = true;
    }
    const stdout = Readable.from(script());
    const top = temporaryFolder();
    const received = await receive(stdout, join(top, 'c'), () => {}, AbortSignal.timeout(60_000));
    expect(received).toMatchObject({ printed: 'archive', failure: { code: 'artifacts' } });
    expect([received.failure?.message, isRead]).toEqual([expect.stringContaining(message), true]);
  });

  it.each([
    ['in text', Buffer.from('text')],
    ['in a tar', tar.subarray(0, 600)],
    ['in a gzip', gzipSync(tar).subarray(0, 50)],
    ['before anything', Buffer.alloc(0)],
  ])('is no longer waited for when the build is cancelled while it stalls %s', async (_, bytes) => {
    const stop = new AbortController();
    const stdout = new PassThrough();
    stdout.write(bytes);
    const top = temporaryFolder();
    const receiving = receive(stdout, join(top, 'c'), () => {}, stop.signal);
    setImmediate(() => stop.abort(new Error('cancelled')));
    await expect(receiving).rejects.toThrow('cancelled');
  });

  it('says so when the disk is full', async () => {
    const top = join(temporaryFolder(), 'small');
    mkdirSync(top);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', top]);
    onTestFinished(() => void execFileSync('umount', [top]));
    for (const bytes of [
      rawEntry({ name: 'big' }, 'x'.repeat(400_000)),
      gzipSync(rawEntry({ name: 'big' }, 'x'.repeat(400_000))),
    ]) {
      const path = join(top, `copy-${bytes.length}`);
      const { failure } = await receive(Readable.from([bytes]), path, () => {}, AbortSignal.timeout(60_000));
      expect(failure).toMatchObject({ code: 'workspace', hint: expect.stringContaining('TMPDIR') });
      expect(failure?.message).toContain(top);
      expect(failure?.message).toContain('ENOSPC');
    }
  });
});
