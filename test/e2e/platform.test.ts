import { expect, it } from 'vitest';
import { build, imageOf, removeLater, tryBuild } from '../support/app-build.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { failureOf, summaryOf } from '../support/dev-events.ts';
import { api, testTag } from '../support/engine.ts';

/** The engine takes it to be for another machine; its programs are this machine's, so that it runs anywhere. */
async function foreignBuilder(): Promise<{ readonly builder: Builder; readonly own: string; readonly other: string }> {
  const builder: Builder = { labels: { 'for.the.test': 'of platforms' } };
  const tag = await makeBuilder(builder);
  const { Id, Architecture } = await imageOf(tag);
  if (Architecture === 'amd64' || Architecture === 'arm64') {
    const other = Architecture === 'amd64' ? 'arm64' : 'amd64';
    const archive = (await api.call('GET', `/images/${tag}/get`)).toString('latin1');
    const changed = archive.replaceAll(`"architecture":"${Architecture}"`, `"architecture":"${other}"`);
    await api.call('POST', '/images/load', { body: Buffer.from(changed, 'latin1') });
    removeLater(Id);
    return { builder, own: Architecture, other };
  }
  throw new Error(`this test knows no name for another platform that is as long as ${Architecture}`);
}

const foreign = foreignBuilder();

it('--platform builds on the image for it, into one for it', async () => {
  const { builder, own, other } = await foreign;
  const args = ['--platform', `Linux/${other === 'arm64' ? 'aarch64' : 'x86_64'}`];
  const first = await build(builder, { args });
  expect(await imageOf(first.tag)).toMatchObject({ Os: 'linux', Architecture: other });
  const again = await build(builder, { args, tag: first.tag });
  expect(summaryOf(again, 'artifacts')).toContain('restored');
  const back = await build({}, { args: ['--platform', `linux/${own}`], tag: first.tag });
  expect(summaryOf(back, 'artifacts')).toContain(`linux/${other}`);
  expect(await imageOf(first.tag)).toMatchObject({ Architecture: own });
});

it('says what the image that is there is for, and tags nothing', async () => {
  const { builder, other } = await foreign;
  const tag = testTag('other');
  for (const more of [[], ['--dry-run']]) {
    const never = ['--platform', 'linux/s390x', '--pull-policy', 'never', ...more];
    const ended = await tryBuild(builder, { tag, args: never });
    expect(ended).toMatchObject({ exitCode: 30 });
    const message = expect.stringMatching(more.length === 0 ? `linux/${other}.*linux/s390x` : 'never');
    expect(failureOf(ended)).toMatchObject({ code: 'builder', message });
  }
  const wrong = await tryBuild(builder, { tag, args: ['--platform', 'arm64'] });
  expect(failureOf(wrong)).toMatchObject({ code: 'usage', message: expect.stringContaining('--platform') });
  await expect(imageOf(tag)).rejects.toThrow();
});
