import { afterAll, beforeAll, expect, it } from 'vitest';
import { baseEntries } from '../support/bases.ts';
import { engineApi } from '../support/engine-api.ts';
import { importImage } from '../support/images.ts';
import { type Podman, startPodman } from '../support/podman.ts';
import { sti } from '../support/sti.ts';
import { tempFolder, tempFolderOfFile, writeFiles } from '../support/temp.ts';

let podman: Podman;
beforeAll(async () => {
  podman = await startPodman(tempFolderOfFile());
});
afterAll(() => podman.stop());

it('what a build may use and reach holds on Podman as well', async () => {
  const api = engineApi(podman.address);
  const look = [
    'cat /cache/tool /etc/app/token',
    'ls /sys/class/net | grep -vc "^lo$"',
    'grep -c "^10.0.0.7" /etc/hosts',
    'cat /run/secrets/key | tr a-z A-Z',
    'grep CapEff /proc/self/status | grep -c 0000000000000000',
  ];
  const assemble = `#!/bin/sh\n${look.join('\n')}\ntrue\n`;
  const scripts = { assemble, run: '#!/bin/sh\nls -A /cache /etc/app\n' };
  const entries = Object.entries(scripts).map(([name, content]) => ({
    path: `usr/libexec/s2i/${name}`,
    content,
    mode: 0o755,
  }));
  const builder = 'localhost/options:latest';
  await importImage(api, builder, [...(await baseEntries('busybox')), ...entries], ['ENV PATH=/bin:/usr/bin']);
  const cache = tempFolder();
  const files = tempFolder();
  writeFiles(cache, { tool: 'cached\n' });
  writeFiles(files, { token: 'hunter2\n' });
  const reach = ['--network', 'none', '--add-host', 'db.local:10.0.0.7', '--cap-drop', 'ALL'];
  writeFiles(files, { key: 'swordfish\n' });
  const secret = ['--secret', `id=key,src=${files}/key`];
  const { Os, Architecture } = await api.json<{ Os: string; Architecture: string }>('GET', `/images/${builder}/json`);
  const platform = ['--platform', `${Os}/${Architecture}`];
  const args = [...reach, ...secret, ...platform, '-v', `${cache}:/cache`, '-i', `${files}:/etc/app`];
  const ended = await sti(['build', tempFolder(), builder, 'options', ...args], {
    env: { DOCKER_HOST: podman.address },
  });
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
  const lines = ended.stderr.split('\n').filter((line) => line.startsWith('  '));
  expect(lines.map((line) => line.trim())).toEqual(['cached', 'hunter2', '0', '1', 'SWORDFISH', '1']);
  const { Id } = await api.json<{ Id: string }>('POST', '/containers/create', { body: { Image: 'localhost/options' } });
  const missing = api.call('GET', `/containers/${Id}/archive?path=/etc/app`);
  await expect(missing).rejects.toMatchObject({ status: 404 });
  await api.call('DELETE', `/containers/${Id}?force=1`);
});
