import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Builder, makeBuilder } from '../../support/builders.ts';
import { fragileSite, imageFirstSite, startDevSite } from '../../support/dev-site.ts';
import { api, testName } from '../../support/engine.ts';
import { sti } from '../../support/sti.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const look = `#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
grep -o 'db.local' /etc/hosts
cat /shared/word
grep CapEff /proc/self/status | tr -d '\\t'
hostname -i
`;

function looking(builder: Builder): Builder {
  return { ...builder, files: { ...builder.files, 'www/cgi-bin/look': look } };
}

async function makeNetwork(subnet: string): Promise<string> {
  const name = testName('network');
  const body = { Name: name, IPAM: { Config: [{ Subnet: subnet }] } };
  await api.call('POST', '/networks/create', { body });
  onTestFinished(async () => void (await api.call('DELETE', `/networks/${name}`)));
  return name;
}

describe('the containers of sti dev', () => {
  it.each([
    ['in place', fragileSite, 213],
    ['of an image', imageFirstSite, 214],
  ] as const)('have what the options give them, the application %s included', async (_, builder, subnet) => {
    const network = await makeNetwork(`10.${subnet}.0.0/24`);
    const shared = tempFolder();
    writeFiles(shared, { word: 'shared\n' });
    const reach = ['--network', network, '--add-host', 'db.local:10.0.0.7', '--volume', `${shared}:/shared`];
    const { text, served, source } = await startDevSite({
      files: { 'index.html': 'one' },
      builder: looking(builder),
      options: [...reach, '--cap-drop', 'ALL'],
    });
    await served(1);
    const seen = async () => (await text('cgi-bin/look')).trim().split('\n');
    const expected = ['db.local', 'shared', 'CapEff:0000000000000000', expect.stringMatching(`^10\\.${subnet}\\.0\\.`)];
    expect(await seen()).toEqual(expected);
    writeFiles(source, { 'index.html': 'two' });
    await served(2);
    expect(await seen()).toEqual(expected);
  });

  it.each(['host', 'none', 'container:other'])('need a network of their own: not %s', async (network) => {
    const source = tempFolder();
    writeFiles(source, { 'index.html': '' });
    const words = ['dev', source, await makeBuilder(fragileSite), '--network', network];
    expect(await sti(words)).toMatchObject({ exitCode: 64, stderr: expect.stringContaining(`--network ${network}`) });
  });
});

describe('--exclude of sti dev', () => {
  it('keeps files out of what is served, and a save of them starts no build', async () => {
    const { text, source, running } = await startDevSite({
      files: { 'index.html': 'one', 'a.log': 'log' },
      options: ['--exclude', '\\.log$'],
    });
    await running.printed('"type":"cycle-served","at":');
    expect(await text('a.log')).not.toBe('log');
    writeFileSync(join(source, 'a.log'), 'more');
    rmSync(join(source, 'a.log'));
    writeFiles(source, { 'b.log': 'b', 'index.html': 'two' });
    await running.printed(/"type":"cycle-served","at":\d+,"cycle":2,/);
    expect(await text('index.html')).toBe('two');
    expect(await text('b.log')).not.toBe('b');
    const started = running.output().stdout.match(/"type":"cycle-started"[^\n]*"cycle":2,[^\n]*/)?.[0];
    expect(started).toContain('index.html');
    expect(started).not.toContain('.log');
  });
});
