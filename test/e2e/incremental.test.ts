import { describe, expect, it } from 'vitest';
import {
  appSource,
  type BuildOptions,
  buildWith as buildPlainlyWith,
  imageOf,
  isIncremental,
  removeLater,
  succeeded,
} from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import { type Builder, type BuilderName, makeBuilder } from '../support/builders.ts';
import { eventsOf, printedBy, summaryOf } from '../support/dev-events.ts';
import { api, createContainer, inspectImage, runContainer, testName } from '../support/engine.ts';
import { homeFor, type StiEnded, sti } from '../support/sti.ts';

const json = ['--progress', 'json'];

function buildWith(image: string, { args = [], ...options }: BuildOptions = {}) {
  return buildPlainlyWith(image, { ...options, args: [...json, ...args] });
}

async function tryBuild(builder: BuilderName | Builder, options?: BuildOptions) {
  return buildWith(await makeBuilder(builder), options);
}

async function build(builder: BuilderName | Builder, options?: BuildOptions) {
  return succeeded(await tryBuild(builder, options));
}

const warningsOf = (ended: StiEnded): string[] => eventsOf(ended, 'warning').map(({ message }) => message);

const user = { name: 'app', uid: 1001, gid: 1001 };

/** Two builders that differ in the protocol of their save-artifacts only. */
const protocols = [
  ['seed', { user, scripts: { 'save-artifacts': scripts.saveToFolder } }],
  ['stream', { user, scripts: { 'save-artifacts': scripts.saveToStream } }],
] as const satisfies [string, Builder][];

/** How many builds the image's artifacts have been through. */
async function buildsOf(tag: string): Promise<number> {
  const { stdout } = await runContainer({ image: tag, entrypoint: ['cat'], command: ['/app/deps/builds'] });
  return Number(stdout);
}

describe.each(protocols)('a second build with the %s protocol', (_, builder) => {
  it('restores the artifacts of the image before, and says how many', async () => {
    const { tag } = await build(builder);
    expect(await buildsOf(tag)).toBe(1);
    const second = await build(builder, { tag });
    expect(isIncremental(second)).toBe(true);
    expect(printedBy(second)).toContain('artifacts of build 1 restored\n');
    expect(await buildsOf(tag)).toBe(2);
    await build(builder, { tag });
    expect(await buildsOf(tag)).toBe(3);
  });

  it('is clean when asked to be', async () => {
    const { tag } = await build(builder);
    for (const args of [['--clean'], ['--incremental=false']]) {
      const again = await build(builder, { tag, args });
      expect(isIncremental(again)).toBe(false);
      expect(await buildsOf(tag)).toBe(1);
    }
  });

  it('takes what the image saved from the cache after a build that failed', async () => {
    const home = homeFor();
    const failing: Builder = {
      ...builder,
      scripts: { ...builder.scripts, assemble: `${scripts.assemble}[ -z "$FAIL" ] || exit 9\n` },
    };
    const { tag } = await build(failing, { home });
    const failed = await tryBuild(failing, { home, tag, args: ['-e', 'FAIL=1'] });
    expect(failed.exitCode).toBe(60);
    expect(printedBy(failed)).toContain('saving as 1001:1001\n');

    const third = await build(failing, { home, tag });
    expect(isIncremental(third)).toBe(true);
    expect(printedBy(third)).not.toContain('saving as 1001:1001');
    expect(await buildsOf(tag)).toBe(2);
  });
});

describe('a build is not incremental', () => {
  it('when there is no image yet', async () => {
    expect(isIncremental(await build('stream protocol'))).toBe(false);
  });

  it('when it makes no tag', async () => {
    const ended = succeeded(await sti(['build', ...json, appSource(), await makeBuilder('stream protocol')]));
    removeLater(/sha256:[0-9a-f]{64}/.exec(ended.stdout)?.[0] ?? '');
    expect(isIncremental(ended)).toBe(false);
  });

  it('when there is no save-artifacts script', async () => {
    const { tag } = await build('no save-artifacts');
    const second = await build('no save-artifacts', { tag });
    expect(isIncremental(second)).toBe(false);
    expect(await buildsOf(tag)).toBe(1);
  });

  it('when save-artifacts fails: its last lines are a warning, and the build goes on', async () => {
    const { tag } = await build('failing save-artifacts');
    const second = await build('failing save-artifacts', { tag });
    expect(warningsOf(second)).toEqual([expect.stringMatching(/save-artifacts.* 4\b[\s\S]*nothing to save/)]);
    expect(summaryOf(second, 'artifacts')).toMatch(/exit code 4$/);
    expect(isIncremental(second)).toBe(false);
    expect(await buildsOf(tag)).toBe(1);
  });

  it.each([
    ['nothing', 'exit 0'],
    ['words and no files', 'echo nothing to keep'],
    ['an archive of zeros only', 'head -c 10240 /dev/zero'],
    ['an archive without files', 'mkdir /tmp/none && tar -cf - -C /tmp/none .'],
  ])('when save-artifacts gives %s', async (_, line) => {
    const builder: Builder = { scripts: { 'save-artifacts': `#!/bin/sh\n${line}\n` } };
    const { tag } = await build(builder);
    const second = await build(builder, { tag });
    expect(isIncremental(second)).toBe(false);
    expect(warningsOf(second)).toEqual([]);
    expect(await buildsOf(tag)).toBe(1);
  });

  it('when save-artifacts takes longer than it may', async () => {
    const builder: Builder = { scripts: { 'save-artifacts': '#!/bin/sh\necho started >&2\nsleep 300\n' } };
    const { tag } = await build(builder);
    const second = await build(builder, { tag, args: ['--artifacts-timeout', '1s'] });
    expect(warningsOf(second)).toEqual([expect.stringMatching(/save-artifacts.*--artifacts-timeout/)]);
    expect(isIncremental(second)).toBe(false);
    expect(await buildsOf(tag)).toBe(1);
  });
});

describe('--rm', () => {
  it('removes the image before, once the new one has its tag', async () => {
    const { tag } = await build('stream protocol');
    const { Id } = await imageOf(tag);
    const second = await build('stream protocol', { tag, args: ['--rm'] });
    expect(warningsOf(second)).toEqual([]);
    expect(await inspectImage(Id)).toBeUndefined();
    expect(await buildsOf(tag)).toBe(2);
  });

  it('leaves an image that is in use, with a warning', async () => {
    const { tag } = await build('stream protocol');
    const { Id } = await imageOf(tag);
    const container = await createContainer({ image: Id });
    try {
      const second = await build('stream protocol', { tag, args: ['--rm'] });
      expect(warningsOf(second)).toEqual([expect.stringContaining(tag)]);
      expect(await inspectImage(Id)).toBeDefined();
      expect((await imageOf(tag)).Id).not.toBe(Id);
    } finally {
      await api.call('DELETE', `/containers/${container}`);
    }
  });

  it('keeps an image that has another name as well', async () => {
    const { tag } = await build('stream protocol');
    const { Id } = await imageOf(tag);
    const other = testName('other-name');
    await api.call('POST', `/images/${tag}/tag?repo=${other}&tag=latest`);
    const second = await build('stream protocol', { tag, args: ['--rm'] });
    expect(warningsOf(second)).toEqual([expect.stringContaining(`${other}:latest`)]);
    expect((await inspectImage(`${other}:latest`))?.Id).toBe(Id);
  });
});

describe('a build with another builder', () => {
  it('restores what the old builder’s image has', async () => {
    const [seed, stream] = protocols.map(([, builder]) => builder);
    const { tag } = await build(seed ?? {});
    const second = await buildWith(await makeBuilder(stream ?? {}), { tag });
    expect(isIncremental(second)).toBe(true);
    expect(await buildsOf(tag)).toBe(2);
  });
});
