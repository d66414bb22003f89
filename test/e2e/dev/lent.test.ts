import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Builder } from '../../support/builders.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { eventsIn, printedBy } from '../../support/dev-events.ts';
import { type DevSite, fragileSite, startDevSite } from '../../support/dev-site.ts';
import { filesOf } from '../../support/listing.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const token = 'swordfish-of-the-registry';

const look = `#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
find /etc/app /run/secrets /run/sti /dev/shm -mindepth 1 2>/dev/null
env | grep -E 'CERT|CAINFO|CA_BUNDLE'
true
`;

/** `/seen` has what these lines print when it is assembled; `/cgi-bin/look` all that the application can see of it. */
function seeing(lines: string): Builder {
  const { scripts, files } = fragileSite;
  const saveArtifacts = `#!/bin/sh\n{ ${lines}; } >&2\n`;
  const assemble = `${scripts.assemble}{ ${lines}; } > /www/seen\n`;
  return {
    ...fragileSite,
    scripts: { ...scripts, assemble, 'save-artifacts': saveArtifacts },
    files: { ...files, 'www/cgi-bin/look': look },
  };
}

/** What the tag's image has of it. */
async function leftInImage({ tag }: DevSite): Promise<string[]> {
  return [...(await filesOf(tag)).keys()].filter((path) => /^(etc\/app|run\/.|dev\/shm\/.)/.test(path));
}

it.each(['bind', 'stream', 'upload'])(
  'injected files are there for every assemble, and gone from the application and the image (%s)',
  async (transport) => {
    const settings = tempFolder();
    writeFiles(settings, { token: 'one', 'sub/ca': 'ca' });
    const site = await startDevSite({
      files: { 'index.html': 'first' },
      builder: seeing('cat /etc/app/token /etc/app/sub/ca'),
      options: ['--inject', `${settings}:/etc/app`, '--transport', transport],
    });
    expect(await site.served(1)).toMatchObject({ path: 'in place' });
    expect([await site.text('seen'), await site.text('cgi-bin/look')]).toEqual(['oneca', '']);
    await site.tagged(1);
    writeFiles(site.source, { 'index.html': 'second' });
    expect(await site.served(2)).toMatchObject({ path: 'in place' });
    expect([await site.text('seen'), await site.text('cgi-bin/look')]).toEqual(['oneca', '']);
    await site.tagged(2);
    expect(await leftInImage(site)).toEqual([]);
    writeFiles(settings, { 'sub/ca': 'another ca' });
    await site.served(3);
    expect(await site.text('seen')).toBe('oneanother ca');
    expect(await site.end()).toEqual([]);
  },
);

it('a secret can be read by assemble, and the application never is the container that has it', async () => {
  const cwd = tempFolder();
  writeFiles(cwd, { token });
  const site = await startDevSite({
    files: { 'index.html': 'first' },
    builder: seeing('cat /run/secrets/token >&2; wc -c < /run/secrets/token'),
    options: ['--secret', `id=token,src=${join(cwd, 'token')}`],
  });
  expect(await site.served(1)).toMatchObject({ path: 'image first', why: expect.stringContaining('secrets') });
  expect([(await site.text('seen')).trim(), await site.text('cgi-bin/look')]).toEqual([String(token.length), '']);
  await site.tagged(1);
  writeFiles(site.source, { 'index.html': 'second' });
  await site.served(2);
  expect([(await site.text('seen')).trim(), await site.text('cgi-bin/look')]).toEqual([String(token.length), '']);
  await site.tagged(2);
  writeFiles(cwd, { token: 'another' });
  await site.served(3);
  expect((await site.text('seen')).trim()).toBe('7');
  expect(await leftInImage(site)).toEqual([]);
  expect(printedBy(site.running)).toContain('***');
  expect(JSON.stringify(eventsIn(site.running))).not.toContain(token);
  expect(await site.end()).toEqual([]);
});

it('authorities are for the scripts of the build alone', async () => {
  const { authority } = makeCertificate();
  const site = await startDevSite({
    files: { 'index.html': 'first' },
    builder: seeing('[ -s "$SSL_CERT_FILE" ] && echo "$SSL_CERT_FILE"'),
    options: ['--ca', authority],
  });
  expect(await site.served(1)).toMatchObject({ path: 'image first', why: expect.stringContaining('--ca') });
  expect([await site.text('seen'), await site.text('cgi-bin/look')]).toEqual(['/run/sti/authorities.pem\n', '']);
  await site.tagged(1);
  expect(await leftInImage(site)).toEqual([]);
});
