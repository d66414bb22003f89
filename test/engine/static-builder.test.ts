import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleBuilderParts } from '../../scripts/sample-builder.ts';
import { baseEntries } from '../support/bases.ts';
import { api, inspectImage, runContainer, startContainer, testTag } from '../support/engine.ts';
import { getWhenReady } from '../support/http-get.ts';
import { importImage } from '../support/images.ts';

let image: string;

beforeAll(async () => {
  image = testTag('static');
  const { entries, changes } = sampleBuilderParts();
  await importImage(api, image, [...(await baseEntries('busybox')), ...entries], changes);
});

const scripts = '/usr/libexec/s2i';
const aSite = `mkdir -p /tmp/src/.s2i "/tmp/src/a b" && cd /tmp/src
  echo "<title>Home</title>" > index.html; echo secret > .s2i/environment; echo "p{}" > "a b/c  d.css"; echo same > one.txt; echo same > two.txt`;

function shell(script: string) {
  return runContainer({ image, command: ['/bin/sh', '-ec', script] });
}

describe('the builder for static sites', () => {
  it('is small, not root, and says where its scripts are', async () => {
    const about = await inspectImage(image);
    expect(about?.Size).toBeLessThan(5_000_000);
    expect(about?.Config).toMatchObject({
      User: '1001',
      ExposedPorts: { '8080/tcp': {} },
      Labels: { 'io.openshift.s2i.scripts-url': 'image:///usr/libexec/s2i' },
    });
  });

  it('explains itself', async () => {
    const { exitCode, stdout } = await runContainer({ image });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('sti build FOLDER') });
  });

  it('compresses each different text file once, and serves no scripts of the source', async () => {
    const { exitCode, stdout } = await shell(
      `${aSite}; ${scripts}/assemble; cd /opt/app-root/site; find . -type f | sort`,
    );
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'site: 4 files',
      'compressed copies: restored 0, made 3',
      './a b/c  d.css',
      './a b/c  d.css.gz',
      './index.html',
      './index.html.gz',
      './one.txt',
      './one.txt.gz',
      './two.txt',
      './two.txt.gz',
      '',
    ]);
  });

  it('takes from the artifacts of the build before what has not changed', async () => {
    const next = `mkdir /tmp/artifacts; ${scripts}/save-artifacts | tar -xf - -C /tmp/artifacts; rm -rf /opt/app-root/*`;
    const { stdout } = await shell(
      `${aSite}; ${scripts}/assemble; ${next}; echo new > /tmp/src/new.txt; ${scripts}/assemble`,
    );
    expect(stdout.split('\n').slice(-3)).toEqual(['site: 5 files', 'compressed copies: restored 3, made 1', '']);
  });

  it('serves the site, compressed for those who take it, and stops when told to', async () => {
    const command = ['/bin/sh', '-ec', `${aSite}; echo gone > 404.html; ${scripts}/assemble; exec ${scripts}/run`];
    const container = await startContainer({ image, command, publish: 8080 });
    const page = await getWhenReady(`${container.url}/`, { headers: { 'accept-encoding': 'gzip' } });
    expect(page.status).toBe(200);
    expect(gunzipSync(page.body).toString()).toBe('<title>Home</title>\n');
    expect((await getWhenReady(`${container.url}/one.txt`)).body.toString()).toBe('same\n');
    const absent = await getWhenReady(`${container.url}/nowhere`);
    expect([absent.status, absent.body.toString()]).toEqual([404, 'gone\n']);
    // 137 would mean that the engine had to kill it.
    expect(await container.stop()).toBe(0);
  });
});
