import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, imageOf, tryBuild } from '../support/app-build.ts';
import { failureOf } from '../support/dev-events.ts';
import { inspectImage } from '../support/engine.ts';
import { gitRepository } from '../support/git-repository.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

describe('--metadata-file', () => {
  it('has the id, the tag and the revision of what was built, in place of what was there', async () => {
    const cwd = tempFolder();
    writeFiles(cwd, { 'built.json': 'old' });
    const source = gitRepository();
    const revision = source.commit({ 'index.html': 'hello' }, 'First');
    const args = ['--metadata-file', 'built.json'];
    const { tag } = await build('root', { cwd, args, source: source.folder });
    expect(readJson(join(cwd, 'built.json'))).toEqual({ imageId: (await imageOf(tag)).Id, tags: [tag], revision });
    expect(readdirSync(cwd)).toEqual(['built.json']);
  });

  it('is not written by a build that fails', async () => {
    const cwd = tempFolder();
    const ended = await tryBuild('failing assemble', { cwd, args: ['--metadata-file', 'built.json'] });
    expect(ended.exitCode).toBe(60);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('in a folder that is not there is a wrong command line, before anything is made', async () => {
    const ended = await tryBuild('root', { args: ['--metadata-file', 'absent/built.json'] });
    expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining('/absent/built.json') });
    expect(await inspectImage(ended.tag)).toBeUndefined();
  });

  it('that cannot be written fails, and says that the image is there', async () => {
    const cwd = tempFolder();
    mkdirSync(join(cwd, 'built.json'));
    chmodSync(join(cwd, 'built.json'), 0o500);
    const ended = await tryBuild('root', { cwd, args: ['--metadata-file', 'built.json'] });
    const image = await inspectImage(ended.tag);
    expect(ended.exitCode).toBe(74);
    const told = failureOf(ended);
    expect(told).toMatchObject({ code: 'output', exitCode: 74 });
    for (const named of [image?.Id, join(cwd, 'built.json')])
      expect(told).toHaveProperty('message', expect.stringContaining(String(named)));
    expect(readdirSync(cwd)).toEqual(['built.json']);
  });
});
