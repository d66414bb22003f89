import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Builder } from '../support/builders.ts';
import { serve, slow } from '../support/sync-site.ts';
import { makeCanary } from './canary.ts';

/** Lines of a script that go on for ever, beside whatever else runs. */
const again = (what: string) => `(trap '' HUP TERM; while :; do ${what}; sleep 0.02; done) 2>/dev/null &\n`;

/** What a container puts in the place of files that are to come, given a folder of the host. */
const traps: readonly (readonly [name: string, what: (path: string) => string])[] = [
  ['links to files of the host', (path) => `rm -rf index.html; ln -s ${path}/secret.txt index.html`],
  ['a link to a folder of the host', (path) => `rm -rf lib; ln -s ${path} lib; sleep 0.02; rm lib; mkdir lib`],
  ['pipes', () => 'rm -rf index.html lib/words.html; mkfifo index.html lib/words.html'],
  ['folders', () => 'rm -rf index.html lib/words.html; mkdir -p index.html/x lib/words.html'],
];

const files = { 'index.html': 'one', 'lib/words.html': 'one' };

/** In an application that runs. */
const running = (what: string): Builder => ({
  ...slow,
  scripts: { ...slow.scripts, run: `#!/bin/sh\n${again(what)}${slow.scripts?.['run']?.replace('#!/bin/sh\n', '')}` },
});

/** In a container of an image that waits, as a shell that the image brings. */
const waiting = (first: string): Builder => ({
  ...slow,
  files: {
    ...slow.files,
    'bin/sh': `#!/bin/busybox ash\nif [ $$ = 1 ] && [ -e index.html ]; then\n${first}fi\nexec /bin/busybox ash "$@"\n`,
  },
});

async function savesInto(builder: Builder, options: readonly string[]) {
  const site = await serve(builder, files, options);
  await site.save(2, { 'index.html': 'two', 'lib/words.html': 'two' });
  await site.event('learned', 2);
  const paths: string[] = [];
  for (const build of [3, 4]) {
    paths.push((await site.save(build, { 'index.html': `state ${build}`, 'lib/words.html': `state ${build}` })).path);
    await site.event('image-compared', build);
  }
  rmSync(join(site.source, 'lib/words.html'));
  await site.event('cycle-served', 5);
  return { site, paths };
}

describe.each([
  ['an application that runs', running, ['--reload']],
  ['a container that waits', (what: string) => waiting(again(what)), []],
] as const)('files that are put into %s', (_, describeBuilder, options) => {
  it.each(traps)('reach nothing of the host where it has %s in their places', async (_, trap) => {
    const canary = makeCanary();
    const { site } = await savesInto(describeBuilder(trap(canary.folder)), options);
    expect(await site.end()).toEqual([]);
    expect(canary.disturbed()).toEqual([]);
    const { stdout, stderr } = site.running.output();
    expect(stdout + stderr).not.toContain(canary.secret);
    expect((await site.running.ended).exitCode).not.toBe(70);
  });
});

it('a container that takes no files keeps no save waiting', async () => {
  const deaf = `read -r gate\neval "$(printf '%s\\n' "$gate" | /bin/busybox sed 's/ put)/ never)/')"\nexit\n`;
  const { site, paths } = await savesInto(waiting(deaf), []);
  expect(paths).toEqual(['in place', 'in place']);
  expect(await site.end()).toEqual([]);
});
