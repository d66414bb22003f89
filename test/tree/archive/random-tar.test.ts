import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StiError } from '../../../source/errors.ts';
import { unpackTar } from '../../../source/tree/archive/tar.ts';
import { makeCanary } from '../../adversary/canary.ts';
import { endBlocks, type RawHeader, rawEntry, rawPax } from '../../support/raw-tar.ts';
import { snapshot, temporaryFolder } from '../../support/tree.ts';

const limits = { entries: 50, bytes: 100_000 };

/** A few names that meet again and again, some of them hostile; `CANARY` is the path of the host's folder. */
const name = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
  },
  fc.constantFrom(
    '',
    '.',
    './a',
    'a/',
    '/a',
    '../a',
    'a/../b',
    'a/../../x',
    'caf\xe9',
    'CANARY',
    'CANARY/secret.txt',
    'a\\b',
  ),
);
const header: fc.Arbitrary<RawHeader> = fc.record(
  {
    name,
    linkname: fc.oneof(name, fc.constantFrom('..', '../..', 'a/..', 'a/../..')),
    type: fc.constantFrom('0', '0', '0', '1', '1', '2', '2', '2', '5', '\0', '3', '6', '7', 'S', 'L', 'K', 'V', '?'),
    size: fc.constantFrom('0', '1', '1000', '77777777777', '\xff\xff', 'z'),
    mode: fc.constantFrom('0000644', '0004755', '0000000', '\xff'),
    prefix: fc.constantFrom('', 'a', '..', '/'),
  },
  { requiredKeys: ['name', 'type'] },
);
const pax = fc.dictionary(fc.constantFrom('path', 'linkpath', 'size', 'GNU.sparse.name', 'comment', '__proto__'), name);
const part = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(header, fc.string({ maxLength: 600 })).map(
      ([fields, content]) =>
        (root: string) =>
          rawEntry(within(fields, root), content),
    ),
  },
  fc.tuple(pax, fc.constantFrom<'x' | 'g'>('x', 'x', 'g')).map(
    ([records, type]) =>
      (root: string) =>
        rawPax(
          Object.fromEntries(Object.entries(records).map(([key, value]) => [key, value.replace('CANARY', root)])),
          type,
        ),
  ),
);

function within(fields: RawHeader, root: string): RawHeader {
  const { name = '', linkname = '' } = fields;
  return { ...fields, name: name.replace('CANARY', root), linkname: linkname.replace('CANARY', root) };
}

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

/** What became of it: the tree, or the error that a person would see. */
async function outcomeOf(pieces: readonly Buffer[], folder: string): Promise<unknown> {
  try {
    await unpackTar(Readable.from(pieces), folder, { code: 'artifacts', limits });
    // Folders that the archive doesn't list have the time of the test.
    const withoutTime = ([path, seen]: [string, string]) => [path, seen.replace(/ \d+/, '')];
    return Object.fromEntries(Object.entries(snapshot(folder)).map(withoutTime));
  } catch (error) {
    if (!(error instanceof StiError)) throw error;
    expect(error).toMatchObject({ code: 'artifacts', hint: expect.any(String) });
    return error.message;
  }
}

describe('unpackTar, given any archive', () => {
  it('unpacks it or says why not, in whatever pieces it comes, and leaves everything else alone', async () => {
    const canary = makeCanary();
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1 }),
        async (parts, lengths) => {
          const top = temporaryFolder();
          mkdirSync(join(top, 'in'));
          const bytes = Buffer.concat([...parts.map((make) => make(canary.folder)), endBlocks]);
          const whole = await outcomeOf([bytes], join(top, 'in/whole'));
          expect(await outcomeOf(cut(bytes, lengths), join(top, 'in/cut'))).toEqual(whole);
          expect([readdirSync(top), readdirSync(join(top, 'in')).sort()]).toEqual([['in'], ['cut', 'whole']]);
        },
      ),
      { numRuns: 300 },
    );
    expect(canary.disturbed()).toEqual([]);
  });

  it('takes a damaged archive for what it is, or refuses it', async () => {
    const bytes = Buffer.concat([
      rawPax({ path: 'd/long', comment: 'c' }),
      rawEntry({ name: 'x' }, 'content'),
      rawEntry({ name: 'd/l', type: '2', linkname: '../d/long' }),
      rawEntry({ name: 'h', type: '1', linkname: 'd/long' }),
      endBlocks,
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        async (flips) => {
          const damaged = Buffer.from(bytes);
          for (const [at, change] of flips) damaged[at] = (damaged[at] ?? 0) ^ change;
          const top = temporaryFolder();
          await outcomeOf([damaged], join(top, 'in'));
          expect(readdirSync(top)).toEqual(['in']);
        },
      ),
      { numRuns: 300 },
    );
  });
});
