import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { build } from '../../support/app-build.ts';
import { fragileSite, startDevSite } from '../../support/dev-site.ts';
import { difference, filesOf } from '../../support/listing.ts';

/** `STI_SEED=…` repeats a run, `STI_SAVES=500` makes it longer. */
const { STI_SEED = Date.now() % 2 ** 31, STI_SAVES = 60 } = process.env;
const seed = Number(STI_SEED);
const saves = Number(STI_SAVES);
const checkEvery = 6;

const names = ['a', 'b', 'd/a', 'd/b', 'link'];
const save = fc.record({
  how: fc.constantFrom('write', 'old', 'move over', 'copy over', 'remove', 'rename', 'link', 'mode', 'slow', 'folder'),
  at: fc.constantFrom('a', 'b', 'd/a', 'd/b'),
  other: fc.constantFrom('a', 'b', 'd/a', 'd/b'),
  text: fc.string({ unit: fc.constantFrom('x', 'y'), minLength: 4, maxLength: 4 }),
  pause: fc.constantFrom(0, 1, 15, 60, 200),
});

type Save = typeof save extends fc.Arbitrary<infer Value> ? Value : never;

/** All files have one size, and most of them one time. Some saves are impossible where they come, and are none then. */
async function make(source: string, outside: string, { how, at, other, text }: Save): Promise<void> {
  const path = join(source, at);
  const old = (file: string) => utimesSync(file, 1_600_000_000, 1_600_000_000);
  try {
    if (how === 'folder') rmSync(dirname(join(source, 'd/a')), { recursive: true });
    mkdirSync(dirname(path), { recursive: true });
    if (how === 'remove') rmSync(path);
    else if (how === 'rename') renameSync(path, join(source, other));
    else if (how === 'mode') chmodSync(path, text.startsWith('x') ? 0o444 : 0o755);
    else if (how === 'link') {
      symlinkSync(other, join(outside, 'link'));
      renameSync(join(outside, 'link'), join(source, 'link'));
    } else if (how === 'slow') {
      writeFileSync(path, text.slice(0, 2));
      await sleep(100);
      writeFileSync(path, text.slice(2), { flag: 'a' });
    } else if (how === 'move over' || how === 'copy over') {
      writeFileSync(join(outside, 'new'), text);
      old(join(outside, 'new'));
      if (how === 'move over') renameSync(join(outside, 'new'), path);
      else copyFileSync(join(outside, 'new'), path);
      old(path);
    } else {
      writeFileSync(path, text);
      if (how === 'old') old(path);
    }
  } catch {}
}

it(
  `serves and tags what a clean build gives, after each of ${saves} random saves (STI_SEED=${seed})`,
  async () => {
    const site = await startDevSite({ files: { 'index.html': 'start', a: 'aaaa', 'd/a': 'dddd' } });
    const { source, tag, text, served } = site;
    const outside = `${source}-outside`;
    mkdirSync(outside);
    await served(1);
    /** As the site has it: what is there, or an answer that says that nothing is. */
    const wanted = (name: string) => {
      try {
        return readFileSync(join(source, name), 'utf8');
      } catch {
        return expect.stringContaining('404');
      }
    };
    try {
      for (const [index, one] of fc.sample(save, { seed, numRuns: saves }).entries()) {
        await make(source, outside, one);
        await sleep(one.pause);
        if (index % checkEvery !== checkEvery - 1) continue;
        for (const name of names)
          await expect
            .poll(() => text(name), { timeout: 100_000, message: `${name} after save ${index + 1}` })
            .toEqual(wanted(name));
      }
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
    const clean = await build(fragileSite, { source, args: ['--clean'] });
    const filesOfSite = async (image: string) =>
      new Map([...(await filesOf(image))].filter(([path]) => path.startsWith('www/') && path !== 'www/pid'));
    const expected = await filesOfSite(clean.tag);
    await expect
      .poll(async () => difference(await filesOfSite(tag), expected), { timeout: 100_000, interval: 500 })
      .toEqual({ added: [], changed: [], removed: [] });
    expect(await site.end()).toEqual([]);
  },
  saves * 5_000,
);
