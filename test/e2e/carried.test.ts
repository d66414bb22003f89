import { symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageOf, removeLater, succeeded } from '../support/app-build.ts';
import { buildahOfFile } from '../support/buildah.ts';
import { makeBuilder } from '../support/builders.ts';
import { testName } from '../support/engine.ts';
import { difference, filesOf } from '../support/listing.ts';
import { testPort } from '../support/ports.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { siteBuilder } from '../support/site-builder.ts';
import { homeFor, type StiOptions, sti } from '../support/sti.ts';
import { tempFolder, tempFolderOfFile, writeFiles } from '../support/temp.ts';

const buildah = buildahOfFile();
let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry(tempFolderOfFile());
});
afterAll(() => registry.stop());

/** What an image is, but for its id and its times. */
async function imageUnder(tag: string) {
  const { Id, Config } = await imageOf(tag);
  const { Cmd, Entrypoint, Env, User, WorkingDir, Labels, ExposedPorts } = Config;
  removeLater(Id);
  return {
    files: await filesOf(tag),
    config: { Cmd, Entrypoint: Entrypoint ?? [], Env, User, WorkingDir, Labels, ExposedPorts },
  };
}

it('carries one application from the live loop to a registry, to BuildKit and to buildah: the same files and configuration', async () => {
  // buildah makes /run where there is none.
  const builder = await makeBuilder({ ...siteBuilder, exposedPorts: ['8080/tcp'], folders: ['run'] });
  const source = tempFolder();
  const tag = `${registry.host}/${testName('carried')}:1`;
  const config = { image: builder, tag, env: { GREETING: 'a "b" $c' }, labels: { team: 'shop' }, clean: true };
  writeFiles(source, {
    'index.html': 'hello\n',
    'deep/er/page.html': 'x',
    '.s2i/environment': 'FROM_FILE=1\n',
    '.sti/config.json': JSON.stringify(config),
  });
  const home = homeFor();
  writeFiles(home, { '.docker/config.json': JSON.stringify({ auths: registry.auths }) });
  const clients = tempFolder();
  symlinkSync('/usr/bin/docker', join(clients, 'docker'));
  const { PATH = '' } = process.env;
  const run = async (words: readonly string[], options: StiOptions = {}) =>
    succeeded(await sti(words, { cwd: source, home, ...options }));

  await run(['dev', '--once', '--port', `${testPort()}:8080`]);
  const loop = await imageUnder(tag);
  await run(['build', '.', builder, tag, '--push']);
  const pushed = await imageUnder(tag);
  expect(await registry.digestOf(tag.replace(/^[^/]*\/|:1$/g, ''), '1')).toMatch(/^sha256:/);
  await run(['build', '--builder', 'buildkit'], { env: { PATH: `${clients}${delimiter}${PATH}` } });
  const byBuildKit = await imageUnder(tag);
  await buildah.bringIn(builder);
  await run(['build', '--builder', 'buildah'], { env: { ...buildah.env, DOCKER_HOST: 'unix:///no/engine' } });
  await buildah.takeOut(tag);
  const byBuildah = await imageUnder(tag);

  const same = { added: [], changed: [], removed: [] };
  for (const other of [loop, byBuildKit, byBuildah]) {
    expect(difference(pushed.files, other.files)).toEqual(same);
    expect(other.config).toEqual(pushed.config);
  }
});
