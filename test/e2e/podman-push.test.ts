import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { appSource, succeeded } from '../support/app-build.ts';
import { baseEntries } from '../support/bases.ts';
import { eventsOf, failureOf, summaryOf } from '../support/dev-events.ts';
import { engineApi } from '../support/engine-api.ts';
import { importImage } from '../support/images.ts';
import { startPodman } from '../support/podman.ts';
import { startRegistry } from '../support/registry.ts';
import { homeFor, sti } from '../support/sti.ts';
import { withSyft } from '../support/syft.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

it('an image is pushed from Podman as well, with its SBOM and the login of its auth.json, and written to a folder', async () => {
  const registry = await startRegistry(tempFolder());
  onTestFinished(registry.stop);
  const podman = await startPodman(tempFolder(), [registry.host]);
  onTestFinished(podman.stop);
  const builder = 'localhost/pushes:latest';
  const scripts = ['assemble', 'run'].map((name) => ({
    path: `usr/libexec/s2i/${name}`,
    content: '#!/bin/sh\ntrue\n',
    mode: 0o755,
  }));
  await importImage(
    engineApi(podman.address),
    builder,
    [...(await baseEntries('busybox')), ...scripts],
    ['ENV PATH=/bin'],
  );
  const home = homeFor();
  writeFiles(home, { 'run/containers/auth.json': JSON.stringify({ auths: registry.auths }) });
  const env = { DOCKER_HOST: podman.address, XDG_RUNTIME_DIR: join(home, 'run') };
  const tag = `${registry.host}/team/app:1`;
  const built = succeeded(
    await sti(['build', appSource(), builder, tag, '--push', '--sbom', '--output', 'oci:image', '--progress', 'json'], {
      home,
      env: { ...withSyft(), ...env },
    }),
  );
  const digest = await registry.digestOf('team/app', '1');
  expect(digest).toMatch(/^sha256:/);
  expect(eventsOf(built, 'build-finished')).toMatchObject([{ outcome: { result: { digest } } }]);
  expect(summaryOf(built, 'push')).toContain(tag);
  const list = await registry.contentOf('team/app', `manifests/${digest.replace(':', '-')}`);
  expect(JSON.parse(list.toString('utf8')).manifests).toMatchObject([{ artifactType: 'application/spdx+json' }]);
  const index = JSON.parse(readFileSync(join(home, 'image/index.json'), 'utf8'));
  expect(index.manifests[0].annotations).toEqual({ 'org.opencontainers.image.ref.name': tag });
  const again = await sti(['build', appSource(), builder, tag, '--push', '--progress', 'json'], {
    env: { DOCKER_HOST: podman.address },
  });
  const message = expect.stringMatching(/unauthorized|authentication required/i);
  expect(failureOf(again)).toMatchObject({ code: 'push', exitCode: 82, message });
});
