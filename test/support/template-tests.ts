import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/project.mjs';
import type { TemplateName } from '../../source/templates/names.ts';
import { succeeded } from './app-build.ts';
import { dockerBuild } from './debian-base.ts';
import { startContainer, testTag } from './engine.ts';
import { engineAddress } from './engine-address.ts';
import { getWhenReady } from './http-get.ts';
import { sti } from './sti.ts';
import { serve } from './sync-site.ts';
import { tempFolder } from './temp.ts';
import { baseOf, languages, pageSaying, sampleFiles, sampleOf } from './template-builders.ts';

const run = promisify(execFile);
const { PATH = '' } = process.env;

/** The tests of a template, which are the same for each; in a file for each, as compilers take minutes one after the other. */
export function testTemplate(name: TemplateName): void {
  describe(`the template ${name}`, () => testsOf(name));
}

function testsOf(name: TemplateName): void {
  const { copies, ended } = languages[name];
  const image = testTag(name);
  let [base, builder] = ['', ''];
  beforeAll(async () => {
    base = await baseOf(name);
  });

  it('becomes a builder that passes its own test, as sti create writes it', async () => {
    const home = tempFolder();
    const folder = join(home, 'builder');
    succeeded(await sti(['create', 'my-builder', folder, '--template', name, '--from', base]));
    builder = await dockerBuild(folder);
    const env = { PATH, HOME: home, DOCKER_HOST: engineAddress, IMAGE: builder, STI: bundle };
    const { stdout } = await run(join(folder, 'test/run'), { env }).catch((failure: { stdout: string }) => failure);
    expect(stdout.trimEnd().split('\n')).toEqual([
      'ok: the builder says how to use it',
      'ok: the sample application is built',
      expect.stringMatching(/^ok: (what .* is kept by the next build|it is built again)$/),
      'ok: it serves its page, whoever its user is',
      'ok: it stops when it is told to',
    ]);
  });

  it('makes an image that serves on the port of PORT, whoever its user is, and stops within a second', async () => {
    succeeded(await sti(['build', sampleOf(name), builder, image]));
    const container = await startContainer({ image, env: ['PORT=9090'], user: '4242:0', publish: 9090 });
    expect((await getWhenReady(container.url)).body.toString()).toMatch(/Hello from |This page is/);
    // The engine itself would kill it after a second.
    expect(await container.stop(1)).toBe(ended);
  });

  it('serves each save in sti dev, and what is only copied without assemble', async () => {
    // Where assemble takes no time at all there is nothing to learn.
    const assemble = '#!/bin/sh\n/usr/libexec/s2i/assemble && sleep 0.4\n';
    const files = { ...sampleFiles(name), '.sti/bin/assemble': assemble };
    // It begins with what the image of the last test keeps: Go would compile its library twice more.
    const site = await serve(builder, files, [], {}, image);
    await site.save(2, pageSaying(name, 'Second'));
    expect(await site.text()).toMatch(/Second (from|page is)/);
    if (copies) await site.event('learned', 2);
    expect((await site.save(3, pageSaying(name, 'Third'))).path).toBe(copies ? 'sync' : 'in place');
    expect(await site.text()).toMatch(/Third (from|page is)/);
    expect(await site.end()).toEqual([]);
  });
}
