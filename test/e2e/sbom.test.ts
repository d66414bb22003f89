import { chmodSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { build, imageOf, tryBuild } from '../support/app-build.ts';
import { failureOf, summaryOf } from '../support/dev-events.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const { PATH = '' } = process.env;

/** A program that answers as syft does to what sti asks it: it names the image of an archive and counts its layers. */
const syft = `#!/bin/sh
[ "$SYFT_CHECK_FOR_APP_UPDATE" = false ] || { echo "it would ask the network" >&2; exit 9; }
[ "$1" != version ] || { echo "Version: 1.0.0"; exit 0; }
[ "$1 $3 $4" = "scan --quiet --output" ] || { echo "unknown flag" >&2; exit 1; }
manifest=$(tar -xOf "\${2#docker-archive:}" manifest.json) || { echo "could not read the archive" >&2; exit 1; }
[ -z "$SYFT_BREAKS" ] || { echo 'ERROR unable to decode' >&2; exit 1; }
name=$(echo "$manifest" | sed 's/.*"RepoTags":\\["\\([^"]*\\)".*/\\1/')
layers=$(echo "$manifest" | grep -o 'layer\\.tar\\|blobs/sha256' | wc -l)
printf '{"spdxVersion":"SPDX-2.3","name":"%s","comment":"%s layers"}' "$name" "$layers" >"\${5#spdx-json=}"
`;

function withSyft(more: Readonly<Record<string, string>> = {}) {
  const folder = tempFolder();
  writeFiles(folder, { syft });
  chmodSync(join(folder, 'syft'), 0o755);
  return { PATH: `${folder}${delimiter}${PATH}`, ...more };
}

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
