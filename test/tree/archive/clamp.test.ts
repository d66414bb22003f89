import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { extract, type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { clampTimes } from '../../../source/tree/archive/clamp.ts';

const latest = 1_600_000_000;

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries) tar.entry(header, content ?? '');
  tar.finalize();
  return buffer(tar);
}

/** What comes out when it comes in pieces of this size. */
function clamp(tar: Buffer, size = tar.length): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(tar.length / size) }, (_, at) =>
    tar.subarray(at * size, (at + 1) * size),
  );
  return buffer(Readable.from(clampTimes(Readable.from(pieces), latest)));
}

async function read(tar: Buffer) {
  const found = [];
  const reading = Readable.from([tar]).pipe(extract());
  for await (const entry of reading) {
    const { name, mtime, pax, size, linkname } = entry.header;
    found.push({ name, seconds: Number(mtime) / 1000, pax, size, linkname, content: String(await buffer(entry)) });
  }
  return found;
}

const at = (seconds: number) => new Date(seconds * 1000);

describe('clampTimes', () => {
  it('makes what is newer just as old as the time, and leaves all else', async () => {
    const before = await tarOf([
      { name: 'new', mtime: at(latest + 5), content: 'one' },
      { name: 'old', mtime: at(latest - 5), content: 'two' },
      { name: 'dir', type: 'directory', mtime: at(latest + 5) },
      { name: 'link', type: 'symlink', linkname: 'old', mtime: at(latest + 5) },
    ]);
    const after = await clamp(before);
    const expected = (await read(before)).map((entry) => ({ ...entry, seconds: Math.min(entry.seconds, latest) }));
    expect(await read(after)).toEqual(expected);
    expect(after).toHaveLength(before.length);
  });

  it('changes no byte of a tar that is old enough', async () => {
    const tar = await tarOf([{ name: 'a', mtime: at(1), content: 'x'.repeat(5_000) }]);
    const withTail = Buffer.concat([tar, Buffer.from('what comes after the end')]);
    expect(await clamp(withTail)).toEqual(withTail);
  });

  it('takes the times out of extended headers, and keeps what else they say', async () => {
    const name = 'ü'.repeat(80);
    const pax = { mtime: '1700000000.5', atime: '1700000000', 'SCHILY.xattr.user.a': 'kept' };
    const tar = await clamp(await tarOf([{ name, pax, mtime: at(latest + 9), content: 'x' }, { name: 'next' }]));
    const [first, second] = await read(tar);
    expect(first).toMatchObject({ name, seconds: latest, content: 'x', pax: { 'SCHILY.xattr.user.a': 'kept' } });
    expect(first?.pax).not.toHaveProperty('mtime');
    expect(first?.pax).not.toHaveProperty('atime');
    expect(second?.name).toBe('next');
  });

  it('gives the same whatever pieces it comes in', async () => {
    const entry = fc.record({
      name: fc
        .string({ unit: fc.constantFrom('a', 'ü', '/', '7'), minLength: 1, maxLength: 120 })
        .map((text) => `f${text}`),
      mtime: fc.integer({ min: 0, max: 2 ** 32 }).map(at),
      content: fc.string({ maxLength: 2_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 5 }), fc.integer({ min: 1, max: 3_000 }), async (entries, size) => {
        const tar = await tarOf(entries);
        const whole = await clamp(tar);
        expect(await clamp(tar, size)).toEqual(whole);
        expect((await read(whole)).every(({ seconds }) => seconds <= latest)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['ends in the middle', (tar: Buffer) => tar.subarray(0, 700)],
    ['has a damaged header', (tar: Buffer) => Buffer.concat([Buffer.alloc(512, 7), tar])],
  ])('refuses a tar that %s', async (_, damage) => {
    await expect(clamp(damage(await tarOf([{ name: 'a', content: 'x' }])))).rejects.toThrow('layer');
  });
});
