import { expect, it } from 'vitest';
import { imageOf } from '../../support/app-build.ts';
import { type Builder, makeBuilder } from '../../support/builders.ts';
import { eventOf, printedBy } from '../../support/dev-events.ts';
import { startDevSite } from '../../support/dev-site.ts';
import { filesOf } from '../../support/listing.ts';
import { differenceToBuild } from '../../support/sync-site.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const builder: Builder = {
  user: { name: 'app', uid: 1001, gid: 1001 },
  scripts: {
    assemble: `#!/bin/sh
set -e
[ ! -e /tmp/src/fail ] || exit 1
n=$(cat /tmp/artifacts/builds 2>/dev/null || echo 0)
mkdir /app/site
cp -R /tmp/src/. /app/site
echo $((n+1)) > /app/builds
`,
    run: null,
    'save-artifacts': `#!/bin/sh
[ -z "$(ls /dev/shm)$(ls /run/secrets 2>/dev/null)" ] || echo "a secret is left" >&2
[ "$(cat /etc/app/token)" = injected ] || echo "nothing is injected" >&2
tar -C /app -cf - builds
`,
  },
  exposedPorts: ['9999'],
};

const runtime: Builder = {
  user: { name: '4711', uid: 4711, gid: 0 },
  workingDir: '/srv/web',
  folders: ['srv/web'],
  scripts: {
    assemble: null,
    'save-artifacts': null,
    'assemble-runtime': `#!/bin/sh
[ ! -e site/broken ] || { echo "the runtime image is to fail" >&2; exit 3; }
echo "made ready as $(id -u)"
`,
    run: "#!/bin/sh\ntrap 'exit 0' TERM\nhttpd -f -p 18473 -h /srv/web &\nwait\n",
  },
  labels: { 'io.openshift.s2i.assemble-input-files': '/app/site;/app/builds' },
  exposedPorts: ['18473'],
};

it('serves what the runtime image makes of each save, on its ports, and keeps the artifacts of the builder', async () => {
  const settings = tempFolder();
  writeFiles(settings, { token: 'injected' });
  const args = ['--runtime-image', await makeBuilder(runtime), '--inject', `${settings}:/etc/app`];
  const secret = ['--secret', `id=token,src=${settings}/token`];
  const site = await startDevSite({
    files: { 'index.html': 'first' },
    builder,
    options: [...args, ...secret, '--no-sync'],
    onExposedPorts: true,
  });
  const { urls, path, why } = await site.served(1);
  expect({ path, why }).toEqual({ path: 'image first', why: 'it runs in the runtime image' });
  expect(urls).toHaveLength(1);
  const text = async (file: string) => (await fetch(`${urls[0]}/${file}`)).text();
  expect([await text('site/index.html'), await text('builds')]).toEqual(['first', '1\n']);
  expect(printedBy(site.running)).toContain('made ready as 4711');
  await eventOf(site.running, 'artifacts-saved', { cycle: 1, files: 1 });

  writeFiles(site.source, { 'index.html': 'second' });
  await site.served(2);
  expect([await text('site/index.html'), await text('builds')]).toEqual(['second', '2\n']);
  await site.tagged(2);
  const { Config, RootFS } = await imageOf(site.tag);
  expect(Config).toMatchObject({ User: '4711', WorkingDir: '/srv/web', Cmd: ['/usr/libexec/s2i/run'] });
  expect(RootFS.Layers).toHaveLength(2);
  expect([...(await filesOf(site.tag)).keys()].filter((file) => /^(app\/|tmp\/|etc\/app)/.test(file))).toEqual([]);
  await eventOf(site.running, 'artifacts-saved', { cycle: 2 });

  writeFiles(site.source, { broken: '' });
  expect(await site.failed(3)).toMatchObject({ serving: 2, message: 'assemble-runtime failed with exit code 3' });
  expect(await text('site/index.html')).toBe('second');
  for (const word of ['a secret is left', 'nothing is injected']) expect(printedBy(site.running)).not.toContain(word);
  expect(await site.end()).toEqual([]);
});

it('has the files of a build in its image when what changed is only copied', async () => {
  const options = ['--runtime-image', await makeBuilder(runtime)];
  const assemble = `${builder.scripts?.['assemble']}sleep 1\n`;
  const slow = { ...builder, scripts: { ...builder.scripts, assemble, 'save-artifacts': null } };
  const files = { 'index.html': 'first', 'words.txt': 'one' };
  const site = await startDevSite({ files, builder: slow, options, onExposedPorts: true });
  const { urls } = await site.served(1);
  await site.tagged(1);
  writeFiles(site.source, { 'words.txt': 'two' });
  await site.served(2);
  await eventOf(site.running, 'learned', { cycle: 2 });
  writeFiles(site.source, { 'words.txt': 'three' });
  expect(await site.served(3)).toMatchObject({ path: 'sync' });
  expect(await (await fetch(`${urls[0]}/site/words.txt`)).text()).toBe('three');
  await eventOf(site.running, 'proven', { cycle: 3 });
  const same = { added: [], changed: [], removed: [] };
  expect(await differenceToBuild(site.tag, site.source, slow, options)).toEqual(same);
});
