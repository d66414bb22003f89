import { mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StiError } from '../../../source/errors.ts';
import { unpackTar } from '../../../source/tree/archive/tar.ts';
import { makeCanary } from '../../adversary/canary.ts';
import { archiveParts, cut } from '../../support/random-archives.ts';
import { endBlocks, rawEntry, rawPax } from '../../support/raw-tar.ts';
import { snapshot, temporaryFolder } from '../../support/tree.ts';

const limits = { entries: 50, bytes: 100_000 };

/** As the system follows them. */
function linksLeadingOutOf(folder: string): string[] {
  const root = realpathSync(folder);
  const links = Object.entries(snapshot(folder)).flatMap(([path, seen]) => (seen.includes(' -> ') ? [path] : []));
  return links.filter((path) => {
    try {
      const real = realpathSync.native(join(folder, path));
      return real !== root && !real.startsWith(`${root}/`);
    } catch {
      return false;
    }
  });
}

/** What became of it: the tree, or the error that a person would see. */
async function outcomeOf(pieces: readonly Buffer[], folder: string): Promise<unknown> {
  try {
    await unpackTar(Readable.from(pieces), folder, { code: 'artifacts', limits });
    expect(linksLeadingOutOf(folder)).toEqual([]);
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
        archiveParts,
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
