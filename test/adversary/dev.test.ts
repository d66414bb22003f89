import { describe, expect, it } from 'vitest';
import type { Builder } from '../support/builders.ts';
import { fragileSite, startDevSite } from '../support/dev-site.ts';
import { writeFiles } from '../support/temp.ts';
import { makeCanary } from './canary.ts';

const { scripts } = fragileSite;

/** Builds that go wrong in the ways of a hostile image, each given a folder of the host. */
const hostile: readonly (readonly [name: string, outcome: 'served' | 'either', builder: (path: string) => Builder])[] =
  [
    [
      'assemble puts links in the places of its files',
      'served',
      (path) => ({
        ...fragileSite,
        scripts: {
          ...scripts,
          assemble: `${scripts.assemble}for name in src artifacts scripts .s2i; do rm -rf /tmp/$name; ln -s ${path} /tmp/$name; done\n`,
        },
      }),
    ],
    [
      'run puts links into what it still has open of the source',
      'served',
      (path) => ({
        ...fragileSite,
        scripts: {
          ...scripts,
          assemble: `${scripts.assemble}(trap '' HUP TERM; cd /tmp/src/sub; while :; do rm -rf deep; ln -s ${path} deep; rm deep; mkdir deep; done) &\n`,
          run: `#!/bin/sh\n(trap '' HUP TERM; while :; do rm -rf /tmp/src; ln -s ${path} /tmp/src; ln -s ${path} /tmp/artifacts; done) &\n${scripts.run}`,
        },
      }),
    ],
    [
      'save-artifacts leaves a link',
      'served',
      (path) => ({
        ...fragileSite,
        scripts: { ...scripts, 'save-artifacts': `#!/bin/sh\nrm -rf /tmp/artifacts; ln -s ${path} /tmp/artifacts\n` },
      }),
    ],
    [
      'the shell of a waiting container makes a link again and again',
      // Whether the link is there when the files come is the container's luck.
      'either',
      (path) => ({
        ...fragileSite,
        files: {
          ...fragileSite.files,
          'bin/sh': `#!/bin/busybox ash\n[ $$ != 1 ] || (while :; do rm -f /tmp/src; ln -s ${path} /tmp/src; sleep 0.1; done) &\nexec /bin/busybox ash "$@"\n`,
        },
      }),
    ],
  ];

describe.each(['bind', 'stream'])('the loop, by %s', (transport) => {
  it.each(hostile)('harms nothing of the host when %s', async (_, outcome, describeBuilder) => {
    const canary = makeCanary();
    const site = await startDevSite({
      files: { 'index.html': 'one', 'sub/deep/page.html': 'page' },
      builder: describeBuilder(canary.folder),
      options: ['--transport', transport],
    });
    const outcomeOf = async (build: number) => (await Promise.race([site.served(build), site.failed(build)])).type;
    const outcomes = [await outcomeOf(1)];
    for (const build of [2, 3, 4]) {
      writeFiles(site.source, { 'index.html': `state ${build}` });
      outcomes.push(await outcomeOf(build));
    }
    if (outcome === 'served') expect(new Set(outcomes)).toEqual(new Set(['cycle-served']));
    expect(await site.end()).toEqual([]);
    expect(canary.disturbed()).toEqual([]);
    const { stdout, stderr } = site.running.output();
    expect(stdout + stderr).not.toContain(canary.secret);
    expect((await site.running.ended).exitCode).not.toBe(70);
  });
});
