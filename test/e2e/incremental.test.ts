import { describe, expect, it } from 'vitest';
import {
  appSource,
  build,
  buildWith,
  imageOf,
  removeLater,
  scriptLines,
  stepLine,
  succeeded,
  tryBuild,
} from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { api, createContainer, inspectImage, runContainer, testName } from '../support/engine.ts';
import { homeFor, sti } from '../support/sti.ts';

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
    expect(stepLine(second, 'artifacts')).toMatch(/restored 4 files, \d+ B from sti-test-\S+:latest/);
    expect(second.stdout).toContain('(artifacts reused)');
    expect(scriptLines(second)).toContain('artifacts of build 1 restored');
    expect(await buildsOf(tag)).toBe(2);
    await build(builder, { tag });
    expect(await buildsOf(tag)).toBe(3);
  });

  it('is clean when asked to be', async () => {
    const { tag } = await build(builder);
    for (const args of [['--clean'], ['--incremental=false']]) {
      const again = await build(builder, { tag, args });
      expect(stepLine(again, 'artifacts')).toContain('clean build, as asked');
      expect(again.stdout).not.toContain('reused');
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
    expect(scriptLines(failed)).toContain('saving as 1001:1001');

    const third = await build(failing, { home, tag });
    expect(stepLine(third, 'artifacts')).toMatch(/restored 4 files, \d+ B from \S+, from the cache/);
    expect(scriptLines(third)).not.toContain('saving as 1001:1001');
    expect(await buildsOf(tag)).toBe(2);
  });
});

describe('a build that is not incremental says why', () => {
  it('when there is no image yet', async () => {
    const ended = await build('stream protocol');
    expect(stepLine(ended, 'artifacts')).toContain(`clean build: there is no ${ended.tag} yet`);
  });

  it('when it makes no tag', async () => {
    const ended = succeeded(await sti(['build', appSource(), await makeBuilder('stream protocol')]));
    removeLater(/sha256:[0-9a-f]{64}/.exec(ended.stdout)?.[0] ?? '');
    expect(stepLine(ended, 'artifacts')).toContain('clean build: no tag');
  });

  it('when there is no save-artifacts script', async () => {
    const { tag } = await build('no save-artifacts');
    const second = await build('no save-artifacts', { tag });
    expect(stepLine(second, 'artifacts')).toContain('clean build: the builder has no save-artifacts script');
    expect(await buildsOf(tag)).toBe(1);
  });

  it('when save-artifacts fails: its last lines are a warning, and the build goes on', async () => {
    const { tag } = await build('failing save-artifacts');
    const second = await build('failing save-artifacts', { tag });
    expect(second.stderr).toMatch(/^warning: save-artifacts failed with exit code 4:\n {2}nothing to save$/m);
    expect(stepLine(second, 'artifacts')).toContain('clean build: save-artifacts failed with exit code 4');
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
    expect(stepLine(second, 'artifacts')).toContain('clean build: save-artifacts saved nothing');
    expect(second.stderr).not.toContain('warning');
    expect(await buildsOf(tag)).toBe(1);
  });

  it('when save-artifacts takes longer than it may', async () => {
    const builder: Builder = { scripts: { 'save-artifacts': '#!/bin/sh\necho started >&2\nsleep 300\n' } };
    const { tag } = await build(builder);
    const second = await build(builder, { tag, args: ['--artifacts-timeout', '1s'] });
    expect(second.stderr).toMatch(/^warning: save-artifacts took longer than 1 s \(--artifacts-timeout\)/m);
    expect(stepLine(second, 'artifacts')).toContain('clean build: save-artifacts took longer than 1 s');
    expect(await buildsOf(tag)).toBe(1);
  });
});

describe('--rm', () => {
  it('removes the image before, once the new one has its tag', async () => {
    const { tag } = await build('stream protocol');
    const { Id } = await imageOf(tag);
    const second = await build('stream protocol', { tag, args: ['--rm'] });
    expect(second.stderr).not.toContain('warning');
    expect(await inspectImage(Id)).toBeUndefined();
    expect(await buildsOf(tag)).toBe(2);
  });

  it('leaves an image that is in use, with a warning', async () => {
    const { tag } = await build('stream protocol');
    const { Id } = await imageOf(tag);
    const container = await createContainer({ image: Id });
    try {
      const second = await build('stream protocol', { tag, args: ['--rm'] });
      expect(second.stderr).toMatch(new RegExp(`^warning: the previous image of ${tag}.* stays`, 'm'));
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
    expect(second.stderr).toMatch(
      new RegExp(`^warning: the previous image of ${tag}.* stays: it is ${other}:latest too$`, 'm'),
    );
    expect((await inspectImage(`${other}:latest`))?.Id).toBe(Id);
  });
});

describe('a build with another builder', () => {
  it('restores what the old builder’s image has', async () => {
    const [seed, stream] = protocols.map(([, builder]) => builder);
    const { tag } = await build(seed ?? {});
    const second = await buildWith(await makeBuilder(stream ?? {}), { tag });
    expect(stepLine(second, 'artifacts')).toContain('restored 4 files');
    expect(await buildsOf(tag)).toBe(2);
  });
});
