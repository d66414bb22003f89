import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appSource, build, imageOf, tryBuild } from '../support/app-build.ts';
import type { Builder } from '../support/builders.ts';
import { failureOf, scriptLines } from '../support/dev-events.ts';
import { api, inspectImage, runContainer } from '../support/engine.ts';
import { filesOf } from '../support/listing.ts';

const onBuild = ['COPY . /site/', 'RUN cat /site/index.html > /site/made && echo made by ONBUILD'];
const builder: Builder = { workingDir: '/site', onBuild, labels: { 'of.the': 'builder' } };

/** Images that no tag names, of builders with a working folder that only they have: what is left on the way. */
async function untaggedIn(workingDir: string): Promise<string[]> {
  const images = await api.json<{ Id: string; RepoTags: string[] | null }[]>('GET', '/images/json?all=1');
  const untagged = images.filter(({ RepoTags }) => (RepoTags ?? []).every((name) => name.startsWith('<none>')));
  const found = await Promise.all(untagged.map(({ Id }) => inspectImage(Id)));
  return found.flatMap((image) => (image?.Config.WorkingDir === workingDir ? [image.Id] : []));
}

it('runs the instructions and assemble, and starts what the source has for that', async () => {
  const source = appSource({
    '.s2i/bin/assemble': '#!/bin/sh\necho "assembled with $A" > assembled; echo by assemble\n',
    '.s2i/environment': 'A=1\n',
    'start.sh': '#!/bin/sh\ncat made assembled\n',
    '.stiignore': 'ignored\n',
    ignored: '',
  });
  chmodSync(join(source, 'start.sh'), 0o755);
  const built = await build(builder, { source, args: ['--label', 'a=b "c"', '-e', 'API_TOKEN=ge"heim'] });
  const { tag } = built;
  expect(built.output).not.toContain('heim');
  expect(scriptLines(built)).toEqual(expect.arrayContaining(['made by ONBUILD', 'by assemble']));
  const { Config } = await imageOf(tag);
  expect(Config.Entrypoint).toEqual(['./start.sh']);
  expect(Config.Labels).toMatchObject({ 'of.the': 'builder', a: 'b "c"', 'io.k8s.display-name': tag });
  expect(Config.OnBuild ?? []).toEqual([]);
  const site = [...(await filesOf(tag)).keys()].filter((path) => path.startsWith('site/') && !path.includes('/.s'));
  expect(site).toEqual(['site/assemble', 'site/assembled', 'site/index.html', 'site/made', 'site/start.sh']);
  expect((await runContainer({ image: tag })).stdout).toBe('hello\nassembled with 1\n');
});

it('starts the run script of the source, and leaves no image when an instruction fails', async () => {
  const source = appSource({ '.sti/bin/run': '#!/bin/sh\ncat made\n' });
  const { tag } = await build(builder, { source });
  expect((await runContainer({ image: tag })).stdout).toBe('hello\n');
  const onBuild = ['COPY . /broken/', 'RUN echo on the way', 'RUN echo why && exit 3'];
  const failing: Builder = { ...builder, workingDir: '/broken', onBuild };
  const failed = await tryBuild(failing, { source, tag });
  expect(failureOf(failed)).toMatchObject({ code: 'assemble', tagKept: tag });
  expect(await untaggedIn('/broken')).toEqual([]);
});

it('says what such a builder cannot do, and when nothing would start', async () => {
  const nothing = await tryBuild(builder);
  expect(failureOf(nothing)).toMatchObject({ code: 'scripts', hint: expect.any(String) });
  const secret = ['--secret', `id=token,src=${join(appSource(), 'index.html')}`];
  const injected = await tryBuild(builder, { args: ['--inject', appSource(), ...secret] });
  expect(failureOf(injected)).toMatchObject({ code: 'usage', message: expect.stringContaining('--inject, --secret') });
});
