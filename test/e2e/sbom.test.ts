import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build, imageOf, tryBuild } from '../support/app-build.ts';
import { failureOf, summaryOf } from '../support/dev-events.ts';
import { withSyft } from '../support/syft.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

it('lists what is in the image, anew for each build', async () => {
  const cwd = tempFolder();
  const options = { cwd, env: withSyft(), args: ['--output', 'sbom:image.spdx.json'] };
  const first = await build('root', options);
  expect(summaryOf(first, 'output')).toContain(`sbom:${cwd}/image.spdx.json`);
  const listed = () => JSON.parse(readFileSync(join(cwd, 'image.spdx.json'), 'utf8'));
  expect(listed()).toMatchObject({ spdxVersion: 'SPDX-2.3', name: first.tag });
  const second = await build('root', options);
  expect(listed()).toMatchObject({ name: second.tag });
  expect(readdirSync(cwd)).toEqual(['image.spdx.json']);
});

it('is asked for before anything is made, and its failure is one of the output', async () => {
  const cwd = tempFolder();
  writeFiles(cwd, { 'notes.json': '{"mine":1}' });
  const only = tempFolder();
  symlinkSync(process.execPath, join(only, 'node'));
  symlinkSync('/bin/sh', join(only, 'sh'));
  const absent = await tryBuild('root', { cwd, env: { PATH: only }, args: ['--output', 'sbom:a.json'] });
  expect(failureOf(absent)).toMatchObject({ code: 'usage', message: expect.stringContaining('syft') });
  await expect(imageOf(absent.tag)).rejects.toThrow();

  const theirs = await tryBuild('root', { cwd, env: withSyft(), args: ['--output', 'sbom:notes.json'] });
  expect(failureOf(theirs)).toMatchObject({ code: 'usage', message: expect.stringContaining('notes.json') });

  const failed = await tryBuild('root', {
    cwd,
    env: withSyft({ SYFT_BREAKS: '1' }),
    args: ['--output', 'sbom:a.json'],
  });
  const message = expect.stringContaining('ERROR unable to decode');
  expect(failureOf(failed)).toMatchObject({ code: 'export', message });
  await imageOf(failed.tag);
  expect(readdirSync(cwd)).toEqual(['notes.json']);
});
