import { describe, expect, it } from 'vitest';
import { build, imageOf, removeLater, succeeded } from '../support/app-build.ts';
import { makeBuilder } from '../support/builders.ts';
import { failureOf, warningsOf } from '../support/dev-events.ts';
import { inspectImage, runContainer, testTag } from '../support/engine.ts';
import { gitRepository } from '../support/git-repository.ts';
import { sti } from '../support/sti.ts';
import { writeFiles } from '../support/temp.ts';

const served = async (tag: string) => (await runContainer({ image: tag })).stdout.trim().split('\n').at(-1);

describe('sti rebuild', () => {
  it('builds the commit that was built, whatever the branch has now, under the same tag', async () => {
    const repository = gitRepository();
    const id = repository.commit({ 'web/index.html': 'first' }, 'First');
    const args = ['--context-dir', 'web', '-n', 'The shop', '--description', 'Sells'];
    const { tag } = await build('root', { source: `file://${repository.folder}`, args });
    repository.commit({ 'web/index.html': 'second' }, 'Second');
    const before = await imageOf(tag);
    removeLater(before.Id);

    succeeded(await sti(['rebuild', tag, '-e', 'AGAIN=1', '--clean']));

    const after = await imageOf(tag);
    expect(after.Id).not.toBe(before.Id);
    const asked = { 'io.openshift.s2i.build.commit.ref': id };
    expect(after.Config.Labels).toEqual({ ...before.Config.Labels, ...asked });
    expect(after.Config.Env).toContain('AGAIN=1');
    expect(await served(tag)).toBe('first');
  });

  it('warns of what was not committed, and leaves the old image when it gets another tag', async () => {
    const repository = gitRepository();
    repository.commit({ 'index.html': 'committed' }, 'First');
    writeFiles(repository.folder, { 'index.html': 'changed' });
    const { tag } = await build('root', { source: repository.folder });
    const before = await imageOf(tag);
    const other = testTag('rebuilt');
    const rebuilt = succeeded(await sti(['rebuild', tag, other, '--progress', 'json']));
    expect(warningsOf(rebuilt)).toContain(repository.folder);
    expect(await served(other)).toBe('committed');
    expect((await imageOf(other)).Config.Labels).toMatchObject({ 'io.k8s.display-name': other });
    expect((await imageOf(tag)).Id).toBe(before.Id);
  });

  it('of an image that is not there, or that nobody built, is one line that names it', async () => {
    const absent = testTag('absent');
    const failing = async (...args: string[]) => failureOf(await sti(['rebuild', ...args, '--progress', 'json']));
    expect(await failing(absent)).toMatchObject({ code: 'source', message: expect.stringContaining(absent) });
    const builder = await makeBuilder('root');
    expect(await failing(builder, absent)).toMatchObject({ code: 'source', message: expect.stringContaining(builder) });
    expect(await inspectImage(absent)).toBeUndefined();
  });
});
