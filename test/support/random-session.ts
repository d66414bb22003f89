import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { DevEvent } from '../../source/dev/events.ts';
import { build } from './app-build.ts';
import type { Builder } from './builders.ts';
import { startDevSite } from './dev-site.ts';
import { removeImage } from './engine.ts';
import { difference, filesOf, type Listing } from './listing.ts';
import { npmBuilder } from './npm-builder.ts';
import { writeFiles } from './temp.ts';

/** What `assemble` does beside copying, as the source's BEHAVES says: one image for all of them. */
const behaviours = {
  compiles:
    'for file in lib/*.ts; do [ ! -e "$file" ] || sed s/^/js:/ "$file" > "lib/$(basename "$file" .ts).out"; done',
  moves: 'rm -rf ../public; [ ! -d public ] || mv public ../public',
  lists: 'ls lib > lib.list',
  joins: 'cat lib/*.txt > joined 2>/dev/null || :',
  'leaves out': 'rm -f lib/b.txt',
  'copies twice': 'mkdir -p twice; cp index.html twice',
  'is noisy': 'mkdir -p .cache; cat /proc/uptime > .cache/stamp; cat /proc/uptime > /tmp/left; echo $$ > build.log',
  // Until then it looks like a builder that only copies.
  lies: '[ ! -e lib/also.txt ] || cat lib/*.txt index.html > hidden 2>/dev/null || :',
} as const;

const { 'com.redhat.deployments-dir': _, ...labels } = npmBuilder.labels;
const anyBuilder: Builder = {
  ...{ ...npmBuilder, labels },
  scripts: {
    ...npmBuilder.scripts,
    assemble: `#!/bin/sh
set -e
[ ! -d /tmp/artifacts/node_modules ] || mv /tmp/artifacts/node_modules .
cp -R /tmp/src/. .
mkdir -p node_modules/some lib
sleep 0.3
${Object.values(behaviours)
  .map((script, index) => `case $BEHAVES in *b${index}*) ${script} ;; esac`)
  .join('\n')}
`,
  },
};

const home = 'opt/app-root/src/';
const made = ['lib.list', 'joined', 'hidden', 'twice/index.html', 'lib/c.out'];
const paths = ['index.html', 'lib/a.txt', 'lib/b.txt', 'lib/also.txt', 'lib/c.ts', 'public/p.html', 'package.json'];
/** Most often those that are learned first. */
const anyPath = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('index.html', 'lib/a.txt', 'public/p.html') },
  { weight: 1, arbitrary: fc.constantFrom(...paths) },
);

/** How long somebody thinks between two saves; milliseconds. */
const thinking = fc.constantFrom(0, 0, 30, 150, 400, 1_000);

const save = fc.record({
  edits: fc.uniqueArray(fc.record({ path: anyPath, remove: fc.nat(5).map((at) => at === 0) }), {
    ...{ selector: ({ path }) => path, minLength: 1, maxLength: 2 },
  }),
  until: fc.constantFrom('studied', 'studied', 'image', 'served', 'served', 'nothing'),
  thinkMs: thinking,
});

export const sessions = fc.record({
  behaves: fc.subarray(
    Object.keys(behaviours).map((_, index) => index),
    { maxLength: 3 },
  ),
  declared: fc.subarray(['lib:/opt/app-root/src/lib', 'public:/opt/app-root/public', 'index.html:/opt/app-root/src'], {
    maxLength: 1,
  }),
  reload: fc.boolean(),
  /** Saved first, each alone and with time to learn from it. */
  lessons: fc.shuffledSubarray(['index.html', 'lib/a.txt', 'lib/c.ts', 'public/p.html'], { minLength: 1 }),
  saves: fc.array(save, { minLength: 4, maxLength: 10 }),
});

type Session = typeof sessions extends fc.Arbitrary<infer Value> ? Value : never;
type Save = Session['saves'][number];

/** What an image was good for is told by one of these, unless it is nothing new. */
const studied = ['learned', 'not-learned', 'unlearned', 'proven', 'corrected', 'cycle-failed'] as const;
const newsMs = 10_000;

/** What of a session is counted, by the types of its events and the ways of its saves. */
export type Counts = Record<string, number>;

/**
 * A session with random saves on a random builder, to its end: what is served, and what the tag has, must be what a clean
 * build of the last state gives.
 */
export async function runSession({ behaves, declared, reload, lessons, saves }: Session): Promise<Counts> {
  let version = 0;
  const next = () => `version ${++version}\n`;
  const files = {
    ...{ 'index.html': next(), 'lib/a.txt': next(), 'lib/b.txt': next(), 'lib/c.ts': next() },
    ...{ 'public/p.html': next(), 'package.json': next() },
  };
  const there = new Set(Object.keys(files));
  const site = await startDevSite({
    files: { ...files, '.sti/environment': `BEHAVES=${behaves.map((index) => `b${index}`).join('')}-\n` },
    builder: anyBuilder,
    options: [...declared.flatMap((mapping) => ['--sync', mapping]), ...(reload ? ['--reload'] : [])],
  });
  const { source, tag, running } = site;
  const events: DevEvent[] = [];
  let read = 0;
  const seen = () => {
    const { stdout } = running.output();
    const end = stdout.lastIndexOf('\n') + 1;
    for (const line of stdout.slice(read, end).split('\n')) if (line.startsWith('{')) events.push(JSON.parse(line));
    read = end;
    return events;
  };
  const started = () => seen().flatMap((one) => (one.type === 'cycle-started' ? [one.cycle] : []));
  const hasCome = (types: readonly DevEvent['type'][]) => {
    const last = started().at(-1);
    return seen().some((one) => types.includes(one.type) && 'cycle' in one && one.cycle === last);
  };
  /** Until the last build that has begun has come so far. */
  const came = async (types: readonly DevEvent['type'][]) => {
    await expect.poll(() => hasCome(types), { timeout: 60_000, interval: 10 }).toBe(true);
  };
  await came(['image-compared']);
  const first = lessons.map((path): Save => ({ edits: [{ path, remove: false }], until: 'studied', thinkMs: 0 }));
  for (const { edits, until, thinkMs } of [...first, ...saves]) {
    const before = started().length;
    for (const { path, remove } of edits) {
      // What is added and removed again before anybody looks is no save.
      if (until === 'nothing' && !there.has(path)) continue;
      if (remove && until !== 'nothing' && there.delete(path) && path !== 'index.html') rmSync(join(source, path));
      else {
        mkdirSync(dirname(join(source, path)), { recursive: true });
        writeFiles(source, { [path]: next() });
        there.add(path);
      }
    }
    if (until !== 'nothing')
      await expect.poll(() => started().length, { timeout: 60_000, interval: 10 }).toBeGreaterThan(before);
    if (until === 'served') await came(['cycle-served', 'cycle-failed']);
    if (until === 'image' || until === 'studied') await came(['image-compared', 'cycle-failed']);
    for (let waited = 0; until === 'studied' && waited < newsMs && !hasCome(studied); waited += 20) await sleep(20);
    await sleep(thinkMs);
  }

  const clean = await build(anyBuilder, { source, args: ['--clean'] });
  const expected = await withoutNoise(clean.tag);
  await expect
    .poll(async () => difference(await withoutNoise(tag), expected), { timeout: 60_000, interval: 300 })
    .toEqual({ added: [], changed: [], removed: [] });
  const wanted = Object.fromEntries([...paths, ...made].map((path) => [path, expected.get(home + path)?.content]));
  const served = async (path: string) => {
    const answer = await fetch(`${site.url}/${path}`);
    const body = Buffer.from(await answer.arrayBuffer());
    return answer.ok ? createHash('sha256').update(body).digest('hex') : undefined;
  };
  const allServed = async () =>
    Object.fromEntries(await Promise.all(Object.keys(wanted).map(async (path) => [path, await served(path)])));
  await expect.poll(allServed, { timeout: 60_000, interval: 100 }).toEqual(wanted);
  expect(await site.end()).toEqual([]);
  await Promise.all([tag, clean.tag].map(removeImage));
  const counts: Counts = { saves: lessons.length + saves.length };
  for (const event of seen()) {
    const isNews = studied.some((type) => type === event.type);
    const what = event.type === 'cycle-served' ? event.path : isNews ? event.type : undefined;
    if (what !== undefined) counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

async function withoutNoise(image: string): Promise<Listing> {
  const isNoise = /^opt\/app-root\/src\/(\.cache\/|build\.log)|^tmp\/left$/;
  return new Map([...(await filesOf(image))].filter(([path]) => !isNoise.test(path)));
}
