import { describe, expect, it } from 'vitest';
import { build, imageOf, removeLater, succeeded } from '../support/app-build.ts';
import { makeBuilder } from '../support/builders.ts';
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
    const { stderr } = succeeded(await sti(['rebuild', tag, other]));
    expect(stderr).toMatch(/^warning: .* had more than the commit \w+: what was not committed is not built again$/m);
    expect(await served(other)).toBe('committed');
    expect((await imageOf(other)).Config.Labels).toMatchObject({ 'io.k8s.display-name': other });
    expect((await imageOf(tag)).Id).toBe(before.Id);
  });

  it('of an image that is not there, or that nobody built, is one line that names it', async () => {
    const absent = testTag('absent');
    const missing = await sti(['rebuild', absent]);
    expect(missing).toMatchObject({ exitCode: 20, stdout: '' });
    expect(missing.stderr).toContain(`Error: there is no image ${absent} to build again\n`);
    const builder = await makeBuilder('root');
    const unknown = await sti(['rebuild', builder, absent]);
    expect(unknown).toMatchObject({ exitCode: 20, stdout: '' });
    expect(unknown.stderr).toContain(`Error: the labels of ${builder} don't say what it was built from\n`);
    expect(await inspectImage(absent)).toBeUndefined();
  });
});
