import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle, projectFolder } from '../../scripts/project.mjs';
import { sampleBuilderParts } from '../../scripts/sample-builder.ts';
import { succeeded } from '../support/app-build.ts';
import { baseEntries } from '../support/bases.ts';
import { debianImage, dockerBuild } from '../support/debian-base.ts';
import { summaryOf } from '../support/dev-events.ts';
import { api, startContainer, testTag } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { getWhenReady } from '../support/http-get.ts';
import { importImage } from '../support/images.ts';
import { sti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const run = promisify(execFile);
const { PATH = '' } = process.env;

let base = '';
const builders = new Map<string, string>();

beforeAll(async () => {
  base = await debianImage(['python3-venv', 'ruby', 'bundler', 'perl-base']);
});

/** A copy of a template's sample application. */
function sample(template: string): string {
  const folder = join(tempFolder(), 'app');
  cpSync(join(projectFolder, 'templates', template, 'test/test-app'), folder, { recursive: true });
  return folder;
}

/** The page of a container, which stops when it is told to. */
async function served(image: string, port: number): Promise<string> {
  const container = await startContainer({ image, publish: port });
  const { body } = await getWhenReady(container.url);
  expect(await container.stop()).not.toBe(137);
  return body.toString();
}

/** What the application itself ends with when it gets SIGTERM. */
const templates = [
  ['nodejs', 143],
  ['python', 143],
  ['ruby', 0],
  ['buildpack', 143],
] as const;

describe.each(templates)('the template %s', (name, ended) => {
  it('becomes a builder that passes its own test, as sti create writes it', async () => {
    const home = tempFolder();
    const folder = join(home, 'builder');
    succeeded(await sti(['create', 'my-builder', folder, '--template', name, '--from', base]));
    const image = await dockerBuild(folder);
    builders.set(name, image);
    const env = { PATH, HOME: home, DOCKER_HOST: engineAddress, IMAGE: image, STI: bundle };
    const { stdout } = await run(join(folder, 'test/run'), { env }).catch((failure: { stdout: string }) => failure);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'ok: the builder says how to use it',
      'ok: the sample application is built',
      expect.stringMatching(/^ok: what .* is kept by the next build$/),
      'ok: it serves its page, whoever its user is',
      'ok: it stops when it is told to',
    ]);
  });

  it('makes an image that serves on the port of PORT, whoever its user is, and hands the signals of the container on', async () => {
    const image = testTag(name);
    succeeded(await sti(['build', sample(name), builders.get(name) ?? '', image]));
    const container = await startContainer({ image, env: ['PORT=9090'], user: '4242:0', publish: 9090 });
    expect((await getWhenReady(container.url)).body.toString()).toMatch(/^Hello from /);
    expect(await container.stop()).toBe(ended);
  });
});

it('the scripts of a template work with any image that has the language', async () => {
  const tag = testTag('scripts');
  const cwd = sample('nodejs');
  succeeded(await sti(['init', '.', base, tag, '-s', 'template:nodejs'], { cwd }));
  const built = succeeded(await sti(['build', '--progress', 'json'], { cwd }));
  expect(summaryOf(built, 'scripts')).toContain('template:nodejs');
  expect(await served(tag, 8080)).toBe(`Hello from Node.js ${process.version}\n`);
});

describe('the examples of the first sti', () => {
  it('sti build SOURCE ruby TAG, and the port is the application’s own', async () => {
    const [tag, source] = [testTag('simple-ruby'), sample('ruby')];
    writeFiles(source, { '.sti/environment': 'PORT=9292\n' });
    succeeded(await sti(['build', source, builders.get('ruby') ?? '', tag]));
    expect(await served(tag, 9292)).toMatch(/^Hello from Ruby /);
  });

  it('sti build SOURCE buildpack TAG -e BUILDPACK_URL=…', async () => {
    const [tag, source] = [testTag('buildpack'), sample('buildpack')];
    writeFiles(source, { '.sti/environment': '' });
    const args = ['build', source, builders.get('buildpack') ?? '', tag, '-e', 'BUILDPACK_URL=./buildpack'];
    succeeded(await sti(args));
    expect(await served(tag, 8080)).toBe('Hello from a buildpack: build 1\n');
  });

  it('sti build simple-html static TAG', async () => {
    const [builder, tag] = [testTag('static'), testTag('simple-html')];
    const { entries, changes } = sampleBuilderParts();
    await importImage(api, builder, [...(await baseEntries('busybox')), ...entries], changes);
    succeeded(await sti(['build', sample('static'), builder, tag]));
    expect(await served(tag, 8080)).toContain('This page is a container image now.');
  });
});
