import { beforeAll, describe, expect, it } from 'vitest';
import { sampleBuilderParts } from '../../../scripts/sample-builder.ts';
import type { TemplateName } from '../../../source/templates/names.ts';
import { succeeded } from '../../support/app-build.ts';
import { baseEntries } from '../../support/bases.ts';
import { debianImage, dockerBuild } from '../../support/debian-base.ts';
import { summaryOf } from '../../support/dev-events.ts';
import { api, startContainer, testTag } from '../../support/engine.ts';
import { getWhenReady } from '../../support/http-get.ts';
import { importImage } from '../../support/images.ts';
import { sti } from '../../support/sti.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';
import { sampleOf } from '../../support/template-builders.ts';

let base = '';
beforeAll(async () => {
  base = await debianImage(['ruby', 'bundler', 'perl-base']);
});

async function builderOf(template: TemplateName): Promise<string> {
  const folder = tempFolder();
  succeeded(await sti(['create', 'my-builder', folder, '--template', template, '--from', base]));
  return dockerBuild(folder);
}

/** The page of a container, which stops when it is told to. */
async function served(image: string, port: number): Promise<string> {
  const container = await startContainer({ image, publish: port });
  const { body } = await getWhenReady(container.url);
  expect(await container.stop()).not.toBe(137);
  return body.toString();
}

it('the scripts of a template work with any image that has the language', async () => {
  const tag = testTag('scripts');
  const cwd = sampleOf('nodejs');
  succeeded(await sti(['init', '.', base, tag, '-s', 'template:nodejs'], { cwd }));
  const built = succeeded(await sti(['build', '--progress', 'json'], { cwd }));
  expect(summaryOf(built, 'scripts')).toContain('template:nodejs');
  expect(await served(tag, 8080)).toBe(`Hello from Node.js ${process.version}\n`);
});

describe('the examples of the first sti', () => {
  it('sti build SOURCE ruby TAG, and the port is the application’s own', async () => {
    const [tag, source] = [testTag('simple-ruby'), sampleOf('ruby')];
    writeFiles(source, { '.sti/environment': 'PORT=9292\n' });
    succeeded(await sti(['build', source, await builderOf('ruby'), tag]));
    expect(await served(tag, 9292)).toMatch(/^Hello from Ruby /);
  });

  it('sti build SOURCE buildpack TAG -e BUILDPACK_URL=…', async () => {
    const [tag, source] = [testTag('buildpack'), sampleOf('buildpack')];
    writeFiles(source, { '.sti/environment': '' });
    const args = ['build', source, await builderOf('buildpack'), tag, '-e', 'BUILDPACK_URL=./buildpack'];
    succeeded(await sti(args));
    expect(await served(tag, 8080)).toBe('Hello from a buildpack: build 1\n');
  });

  it('sti build simple-html static TAG', async () => {
    const [builder, tag] = [testTag('static'), testTag('simple-html')];
    const { entries, changes } = sampleBuilderParts();
    await importImage(api, builder, [...(await baseEntries('busybox')), ...entries], changes);
    succeeded(await sti(['build', sampleOf('static'), builder, tag]));
    expect(await served(tag, 8080)).toContain('This page is a container image now.');
  });
});
