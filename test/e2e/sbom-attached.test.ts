import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildWith, succeeded, tryBuild } from '../support/app-build.ts';
import { makeBuilder } from '../support/builders.ts';
import { makeCertificate } from '../support/certificates.ts';
import { eventsOf, failureOf, summaryOf } from '../support/dev-events.ts';
import { inspectImage, removeImage, testName } from '../support/engine.ts';
import { login, type Registry, startRegistry } from '../support/registry.ts';
import { homeFor } from '../support/sti.ts';
import { withSyft } from '../support/syft.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const spdx = 'application/spdx+json';

/** A registry by TLS with a login, and what sti needs to use it. */
async function place() {
  const certificate = makeCertificate();
  const registry = await startRegistry(tempFolder(), certificate);
  onTestFinished(registry.stop);
  const home = homeFor();
  writeFiles(home, { '.docker/config.json': JSON.stringify({ auths: registry.auths }) });
  const repository = testName('listed');
  return { registry, repository, tag: `${registry.host}/${repository}:1`, home, authority: certificate.authority };
}

const readJson = async (registry: Registry, repository: string, path: string) =>
  JSON.parse((await registry.contentOf(repository, path)).toString('utf8'));

it('is in the registry as what belongs to the image, where every tool looks for it', async () => {
  const { registry, repository, tag, home, authority } = await place();
  const args = ['--push', '--sbom', '--ca', authority, '--metadata-file', 'built.json'];
  const options = { tag, home, cwd: home, env: withSyft(), args };
  const built = succeeded(await buildWith(await makeBuilder('root'), options));
  const digest = await registry.digestOf(repository, '1');

  const list = await readJson(registry, repository, `manifests/${digest.replace(':', '-')}`);
  expect(list).toMatchObject({
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', artifactType: spdx }],
  });
  const [{ digest: sbomDigest }] = list.manifests;
  const manifest = await readJson(registry, repository, `manifests/${sbomDigest}`);
  const image = await registry.contentOf(repository, `manifests/${digest}`);
  expect(manifest).toMatchObject({
    artifactType: spdx,
    subject: { digest, size: image.length, mediaType: JSON.parse(image.toString('utf8')).mediaType },
    layers: [{ mediaType: spdx }],
  });
  const document = await readJson(registry, repository, `blobs/${manifest.layers[0].digest}`);
  expect(document).toMatchObject({ spdxVersion: 'SPDX-2.3', name: tag });

  expect(JSON.parse(readFileSync(join(home, 'built.json'), 'utf8'))).toMatchObject({ digest, sbomDigest });
  expect(eventsOf(built, 'build-finished')).toMatchObject([{ outcome: { result: { digest, sbomDigest } } }]);
  expect(summaryOf(built, 'push')).toContain(sbomDigest.slice(0, 19));
  expect(built.output).not.toContain(login.password);
  await removeImage(tag);
});

it('is the one of --output, where both are asked for', async () => {
  const { registry, repository, tag, home, authority } = await place();
  const args = ['--push', '--sbom', '--output', 'sbom:image.spdx.json', '--ca', authority];
  succeeded(await buildWith(await makeBuilder('root'), { tag, home, cwd: home, env: withSyft(), args }));
  const digest = await registry.digestOf(repository, '1');
  const list = await readJson(registry, repository, `manifests/${digest.replace(':', '-')}`);
  const manifest = await readJson(registry, repository, `manifests/${list.manifests[0].digest}`);
  const document = await registry.contentOf(repository, `blobs/${manifest.layers[0].digest}`);
  expect(document).toEqual(readFileSync(join(home, 'image.spdx.json')));
  await removeImage(tag);
});

it('that the registry does not get is a failure of the push; the image is in it, and says so', async () => {
  const { registry, repository, tag, home } = await place();
  const args = ['--push', '--sbom'];
  const failed = await buildWith(await makeBuilder('root'), { tag, home, env: withSyft(), args });
  expect(failureOf(failed)).toMatchObject({
    ...{ code: 'push', exitCode: 82, message: expect.stringMatching(/is pushed, .*certificate/) },
    ...{ hint: expect.stringContaining('--ca'), tagMoved: tag },
  });
  expect(await registry.digestOf(repository, '1')).toMatch(/^sha256:/);
  await removeImage(tag);
});

it.each([
  [['--sbom'], '--push'],
  [['--sbom', '--push'], 'syft'],
])('%j is a wrong command line where %s is missing', async (args, missing) => {
  const ended = await tryBuild('root', { args });
  expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining(missing) });
  expect(await inspectImage(ended.tag)).toBeUndefined();
});
