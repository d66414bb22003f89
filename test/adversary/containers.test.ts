import { chmodSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TransportName } from '../../source/build/request.ts';
import { appSource, type BuildEnded, build, tryBuild } from '../support/app-build.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { failureOf, warningsOf } from '../support/dev-events.ts';
import { api, runContainer, testTag } from '../support/engine.ts';
import { asOrdinaryUser, giveTo } from '../support/ordinary-user.ts';
import { homeFor, type StiOptions, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';
import { type Canary, makeCanary } from './canary.ts';

interface Way {
  readonly user: 'root' | 'an ordinary user';
  readonly transport: TransportName;
}

const asRoot: Way = { user: 'root', transport: 'bind' };

/** The other ways in for every kind of user; an ordinary one can bind only where the ids are the same. */
const otherWays: readonly Way[] = [
  { user: 'root', transport: 'stream' },
  { user: 'root', transport: 'upload' },
  { user: 'an ordinary user', transport: 'stream' },
  { user: 'an ordinary user', transport: 'upload' },
];

function optionsOf({
  user,
  transport,
}: Way): Pick<StiOptions, 'user'> & { args: string[]; source: string; home: string } {
  const who = user === 'root' ? {} : asOrdinaryUser();
  const source = appSource({ 'sub/page.html': 'page' });
  giveTo(who, source);
  return { ...who, args: ['--transport', transport], source, home: homeFor(who.user) };
}

function expectUnharmed(canary: Canary, ...runs: readonly BuildEnded[]): void {
  expect(canary.disturbed()).toEqual([]);
  for (const run of runs) {
    expect(run.output).not.toContain(canary.secret);
    // 10 to 13: the engine wasn't reached, and nothing was tried.
    expect([0, 30, 50, 60]).toContain(run.exitCode);
  }
}

/** A `/bin/sh` that does something before it does what it is asked for. */
function shell(before: string): Record<string, string> {
  return { 'bin/sh': `#!/bin/busybox ash\n${before}\nexec /bin/busybox ash "$@"\n` };
}

const otherUser = { name: 'app', uid: 1001, gid: 1001 };

/** What a script of save-artifacts does, given a folder of the host. */
type Line = readonly [name: string, line: (path: string) => string];

const linkInItsPlace: Line = [
  'a link to a folder of the host',
  (path) => `rm -rf /tmp/artifacts; ln -s ${path} /tmp/artifacts`,
];
const linkThatComesAndGoes: Line = [
  'a link that comes and goes after the script',
  (path) =>
    `echo one > /tmp/artifacts/one; (trap '' TERM HUP; while :; do rm -rf /tmp/artifacts; ln -s ${path} /tmp/artifacts; rm /tmp/artifacts; mkdir /tmp/artifacts; done) >/dev/null 2>&1 &`,
];

/** A tag with an image whose artifacts the next build saves: what a build of nothing would make of the builder. */
async function asIfBuilt(builder: Builder): Promise<string> {
  const tag = testTag('as-if-built');
  await api.call('POST', `/images/${await makeBuilder(builder)}/tag?repo=${tag.replace(/:latest$/, '')}&tag=latest`);
  return tag;
}

async function saveFrom(way: Way, line: string, builder: Builder = {}): Promise<void> {
  const options = optionsOf(way);
  const saving = {
    ...builder,
    scripts: { 'save-artifacts': `#!/bin/sh\necho "the script runs" >&2\n${line}\nexit 0\n` },
  };
  const canary = makeCanary();
  const script = saving.scripts['save-artifacts'].replaceAll('CANARY', canary.folder);
  const hostile = { ...saving, scripts: { 'save-artifacts': script } };
  const ended = await tryBuild(hostile, { ...options, tag: await asIfBuilt(hostile) });
  expectUnharmed(canary, ended);
  expect([0, 50]).toContain(ended.exitCode);
  expect(ended.output).toContain('the script runs');
}

describe('what save-artifacts leaves in the place of /tmp/artifacts', () => {
  it.each([
    linkInItsPlace,
    ['a link to it in a folder of its own', (path) => `ln -s ${path} /tmp/artifacts/deps`],
    ['a link to its parent', (path) => `rm -rf /tmp/artifacts; ln -s ${path}/.. /tmp/artifacts`],
    ['a relative link that leads out', (path) => `rmdir /tmp/artifacts; ln -s ../../../../..${path} /tmp/artifacts`],
    linkThatComesAndGoes,
  ] satisfies Line[])('%s is not followed', async (_, line) => saveFrom(asRoot, line('CANARY')));

  it('a link is not followed for a script whose user may not look there', async () => {
    await saveFrom(asRoot, linkInItsPlace[1]('CANARY'), { user: otherUser });
  });

  it.each(otherWays)('a link is not followed for $user by $transport', async (way) => {
    await saveFrom(way, linkInItsPlace[1]('CANARY'));
    await saveFrom(way, linkThatComesAndGoes[1]('CANARY'));
  });
});

const linkAtSource: Line = ['/tmp/src is a link', (path) => `ln -s ${path} /tmp/src`];
const linkAgainAndAgain: Line = [
  '/tmp/src is a link again and again',
  (path) => `(while :; do rm -rf /tmp/src; ln -s ${path} /tmp/src; done) &`,
];

/** A script comes from a URL, and one of the source has to be repaired. */
async function buildUnder(way: Way, before: Line[1]): Promise<void> {
  const canary = makeCanary();
  const scripts = tempFolder();
  chmodSync(scripts, 0o755);
  writeFiles(scripts, { assemble: '#!/bin/sh\r\necho hello\r\n' });
  const { source, args, ...options } = optionsOf(way);
  writeFiles(source, { '.sti/bin/run': '#!/bin/sh\r\necho hello\r\n' });
  const { output, ...ended } = await tryBuild(
    { files: shell(`{ ${before(canary.folder)}; } 2>/dev/null`) },
    { ...options, source, args: [...args, '--scripts', `file://${scripts}`] },
  );
  expectUnharmed(canary, { output, ...ended });
}

describe('an image whose /bin/sh makes the places of the build’s files', () => {
  it.each([
    linkAtSource,
    ['/tmp/artifacts is a link', (path) => `ln -s ${path} /tmp/artifacts`],
    ['/tmp/scripts is a link', (path) => `ln -s ${path} /tmp/scripts`],
    ['/tmp/src/.sti is a link', (path) => `mkdir /tmp/src; ln -s ${path} /tmp/src/.sti`],
    ['/tmp/src/sub is a link', (path) => `mkdir /tmp/src; ln -s ${path} /tmp/src/sub`],
    linkAgainAndAgain,
    ['/tmp has links only', (path) => `for name in src artifacts scripts .s2i sub; do ln -s ${path} /tmp/$name; done`],
  ] satisfies Line[])('%s: nothing is written, and no owner or mode changes there', async (_, before) =>
    buildUnder(asRoot, before),
  );

  it.each(otherWays)('nothing is written for $user by $transport', async (way) => {
    await buildUnder(way, linkAtSource[1]);
    await buildUnder(way, linkAgainAndAgain[1]);
  });

  it('fails the build with the name of the place', async () => {
    const ended = await tryBuild({ files: shell('ln -s /nowhere /tmp/src 2>/dev/null') }, optionsOf(asRoot));
    expect(failureOf(ended)).toMatchObject({ code: 'builder', message: expect.stringContaining('/tmp/src') });
  });
});

const leaving = `#!/bin/sh
for folder in /a/dst /tmp; do mkdir -p $folder/left && cp /bin/busybox $folder/left/program && chmod 4755 $folder/left/program; done
`;

async function buildAt(way: Way, description: (path: string) => Builder): Promise<void> {
  const canary = makeCanary();
  chmodSync(canary.folder, 0o777);
  const before = canary.disturbed();
  const ended = await tryBuild({ ...description(canary.folder), scripts: { assemble: leaving } }, optionsOf(way));
  expect(canary.disturbed()).toEqual(before);
  expect(ended.output).not.toContain(canary.secret);
}

describe('a destination that leads elsewhere', () => {
  const byLabel = (path: string): Builder => ({
    labels: { 'io.openshift.s2i.destination': '/a/dst' },
    links: { a: path },
  });

  it.each<[string, (path: string) => Builder]>([
    ['a label with a folder that is a link of the image', byLabel],
    [
      'a label with a relative link in it',
      (path) => ({
        labels: { 'io.openshift.s2i.destination': '/a/dst' },
        links: { a: `../../../../../../../..${path}` },
      }),
    ],
    ['an image whose /tmp is a link', (path) => ({ links: { tmp: path } })],
    ['an environment that names such a folder', (path) => ({ env: { STI_LOCATION: '/a/dst' }, links: { a: path } })],
  ])('%s: what assemble leaves there stays in the container', (_, description) => buildAt(asRoot, description));

  it.each(otherWays)('what assemble leaves there stays in the container for $user by $transport', (way) =>
    buildAt(way, byLabel),
  );

  it('keeps what assemble left at a destination behind a link of the image', async () => {
    const { tag } = await build(
      {
        labels: { 'io.openshift.s2i.destination': '/a/dst' },
        links: { a: '/var/real' },
        files: { 'var/real/dst/of-the-image': 'x\n' },
        scripts: { assemble: '#!/bin/sh\nset -e\nmkdir -p /a/dst/left\necho kept > /a/dst/left/file\n' },
      },
      optionsOf(asRoot),
    );
    const { stdout } = await runContainer({ image: tag, command: ['cat', '/var/real/dst/left/file'] });
    expect(stdout).toBe('kept\n');
  });
});

describe('folders nested deeper than a path may be long', () => {
  const nest = (folder: string) =>
    `cd ${folder}; long=$(printf "%0250d/" $(seq 12)); mkdir -p one/$long two/$long; mv two one/$long`;

  it('are gone with the build that left them in the place of the source', async () => {
    const { home, ...options } = optionsOf(asRoot);
    const ended = await build({ scripts: { assemble: `#!/bin/sh\n${nest('/tmp/src')}\n` } }, { ...options, home });
    expect(warningsOf(ended)).toBe('');
    expect(readdirSync(temporaryFolderOf(home))).toEqual([]);
  });

  it('are refused as artifacts, and gone', async () => {
    const { home, ...options } = optionsOf(asRoot);
    const builder: Builder = { scripts: { 'save-artifacts': `#!/bin/sh\n${nest('/tmp/artifacts')}\n` } };
    const ended = await tryBuild(builder, { ...options, home, tag: await asIfBuilt(builder) });
    expect(ended.exitCode).toBe(50);
    expect(readdirSync(temporaryFolderOf(home))).toEqual([]);
  });
});
