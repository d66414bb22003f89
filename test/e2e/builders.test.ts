import { describe, expect, it } from 'vitest';
import { transportNames } from '../../source/build/request.ts';
import { appSource, build, buildWith, imageOf, succeeded } from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import { type Builder, type BuilderName, builders, makeBuilder } from '../support/builders.ts';
import { scriptLines, warningsOf } from '../support/dev-events.ts';
import { runContainer } from '../support/engine.ts';
import { difference, filesOf } from '../support/listing.ts';

/** What a build adds to the test builders, and nothing else. */
const ofTheApp = /^app\/(src|deps|environment)(\/|$)/;

async function changesOf(builder: Builder | BuilderName, tag: string) {
  return difference(await filesOf(await makeBuilder(builder)), await filesOf(tag));
}

/** Layers and volumes that an image has beyond its builder's. */
async function addedTo(builder: Builder | BuilderName, tag: string) {
  const [before, after] = await Promise.all([imageOf(await makeBuilder(builder)), imageOf(tag)]);
  const below = after.RootFS.Layers?.slice(0, before.RootFS.Layers?.length);
  return {
    layers: (after.RootFS.Layers?.length ?? 0) - (before.RootFS.Layers?.length ?? 0),
    standsOnTheBuilder: JSON.stringify(below) === JSON.stringify(before.RootFS.Layers),
    volumes: Object.keys(after.Config.Volumes ?? {}).filter((path) => !(path in (before.Config.Volumes ?? {}))),
  };
}

describe.each([
  ['root', '0:0'],
  ['named user', '1001:1001'],
  ['numeric user', '4711:0'],
  ['numeric user and group', '4711:4712'],
  ['without tar', '1001:1001'],
  ['label io.s2i', '0:0'],
  ['env STI_SCRIPTS_URL', '0:0'],
  ['seed protocol', '1001:1001'],
] as const)('a build with the builder “%s”', (name, user) => {
  it('makes an image that runs, one layer on the builder, with the app in it and nothing of sti', async () => {
    const built = await build(name);
    const { tag } = built;
    expect(scriptLines(built)).toContain(`assembling as ${user}`);
    expect((await runContainer({ image: tag })).stdout).toBe(`running as ${user}\nbuild 1\nhello\n`);

    const files = await filesOf(tag);
    expect(files.get('app/src')).toMatchObject({ type: 'directory', mode: '0755', owner: user });
    expect(files.get('app/src/index.html')).toMatchObject({ type: 'file', mode: '0644', owner: user });
    expect(files.get('app/deps/private')).toMatchObject({ mode: '0600', owner: user });

    const { added, changed, removed } = await changesOf(name, tag);
    expect({ notOfTheApp: added.filter((path) => !ofTheApp.test(path)), changed, removed }).toEqual({
      notOfTheApp: [],
      changed: [],
      removed: [],
    });
    expect(await addedTo(name, tag)).toEqual({ layers: 1, standsOnTheBuilder: true, volumes: [] });
  });
});

describe('a builder with an ENTRYPOINT', () => {
  const entering = {
    ...builders.entrypoint,
    files: { 'bin/entry': '#!/bin/sh\necho entrypoint\necho yes > /app/entered\nexec "$@"\n' },
  } as const satisfies Builder;

  it('has it cleared while assemble and save-artifacts run, and back in the image', async () => {
    const { tag } = await build(entering);
    await build(entering, { tag });
    expect((await filesOf(tag)).has('app/entered')).toBe(false);
    const { stdout } = await runContainer({ image: tag });
    expect(stdout).toBe('entrypoint\nrunning as 1001:1001\nbuild 2\nhello\n');
  });
});

describe.each(transportNames)('a builder with files in /tmp, by %s', (transport) => {
  const args = ['--transport', transport];

  it('has them during the build and still in the image', async () => {
    const builder: Builder = {
      ...builders['scripts in /tmp'],
      scripts: { assemble: `${scripts.assemble}cat /tmp/of-the-image\nls /tmp/scripts\n` },
    };
    const ended = await build(builder, { args });
    expect(scriptLines(ended).slice(-5)).toEqual(['kept', 'assemble', 'run', 'save-artifacts', 'usage']);
    const { added, changed, removed } = await changesOf(builder, ended.tag);
    expect({ inTmp: added.filter((path) => path.startsWith('tmp')), changed, removed }).toEqual({
      inTmp: [],
      changed: [],
      removed: [],
    });
    expect((await runContainer({ image: ended.tag })).stdout).toContain('hello\n');
  });
});

describe.each(transportNames)('scripts from --scripts, by %s', (transport) => {
  it('go over those that the image has at /tmp/scripts, which are back afterwards', async () => {
    const own = appSource({ assemble: `${scripts.assemble}echo "by --scripts"\n` });
    const args = ['--transport', transport, '--scripts', `file://${own}`];
    const ended = await build('scripts in /tmp', { args });
    expect(scriptLines(ended)).toContain('by --scripts');
    const { changed, removed } = await changesOf('scripts in /tmp', ended.tag);
    expect({ changed, removed }).toEqual({ changed: [], removed: [] });
  });
});

describe('a builder with files in /tmp that are not root’s, links and special modes', () => {
  /** Makes the files on its first build; the second build's builder is the image with them in it. */
  const assemble = `#!/bin/sh
if [ ! -e /tmp/own ]; then
  mkdir /tmp/own /tmp/own/shared
  echo secret > /tmp/own/file
  ln -s /app /tmp/own/to-app
  chmod 1777 /tmp/own/shared
  chmod 400 /tmp/own/file
  chmod 700 /tmp/own
fi
cat /tmp/own/file
`;

  it.each([
    ['the way that sti chooses', []],
    ['stream', ['--transport', 'stream']],
    ['upload', ['--transport', 'upload']],
  ])('has them during the build and still in the image, by %s', async (_, args) => {
    const first = await build({ user: builders['named user'].user, scripts: { assemble } });
    const before = await filesOf(first.tag);
    expect(before.get('tmp/own/file')).toMatchObject({ mode: '0400', owner: '1001:1001' });
    expect(before.get('tmp/own/to-app')).toMatchObject({ type: 'symlink', link: '/app', owner: '1001:1001' });
    expect(before.get('tmp/own/shared')).toMatchObject({ mode: '1777', owner: '1001:1001' });

    const second = succeeded(await buildWith(first.tag, { args }));
    expect(scriptLines(second)).toEqual(['secret']);
    expect(difference(before, await filesOf(second.tag))).toEqual({ added: [], changed: [], removed: [] });
  });
});

describe('a builder with a VOLUME', () => {
  it('is warned about by the volume’s name when assemble writes there', async () => {
    const built = await build('volume');
    const { tag } = built;
    expect(warningsOf(built)).toContain('/app/data');
    expect((await imageOf(tag)).Config.Volumes).toEqual({ '/app/data': {} });
    expect((await filesOf(tag)).has('app/data/from-assemble')).toBe(false);
    expect(await addedTo('volume', tag)).toMatchObject({ layers: 1, volumes: [] });
  });

  it('is not warned about when assemble writes nothing there', async () => {
    expect(warningsOf(await build({ ...builders.volume, scripts: {} }))).toBe('');
  });
});

describe('a builder that moves the destination', () => {
  const moved = (text: string) => text.replaceAll('/tmp/', '/opt/build/');
  const movedScripts = { assemble: moved(scripts.assemble), 'save-artifacts': moved(scripts.saveToFolder) };

  it.each([
    ['label io.openshift.s2i.destination', { labels: { 'io.openshift.s2i.destination': '/opt/build' } }],
    ['label io.s2i.destination', { labels: { 'io.s2i.destination': '/opt/build' } }],
    ['variable STI_LOCATION', { env: { STI_LOCATION: '/opt/build' } }],
  ])('by %s gets source and artifacts there, and keeps its own files there', async (_, how) => {
    const builder: Builder = {
      user: builders['named user'].user,
      scripts: movedScripts,
      files: { 'opt/build/own': 'kept\n' },
      ...how,
    };
    const { tag } = await build(builder);
    await build(builder, { tag });
    expect((await runContainer({ image: tag })).stdout).toContain('build 2\nhello\n');
    const { added, changed, removed } = await changesOf(builder, tag);
    expect({ notOfTheApp: added.filter((path) => !ofTheApp.test(path)), changed, removed }).toEqual({
      notOfTheApp: [],
      changed: [],
      removed: [],
    });
  });

  it('gets it also where the image has no such folder', async () => {
    const labels = { 'io.openshift.s2i.destination': '/opt/build' };
    const { tag } = await build({ scripts: movedScripts, labels });
    expect((await runContainer({ image: tag })).stdout).toContain('hello\n');
    expect([...(await filesOf(tag)).keys()].filter((path) => path.startsWith('opt/build/'))).toEqual([]);
  });
});
