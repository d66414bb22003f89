import { expect, it, onTestFinished } from 'vitest';
import { type Builder, makeBuilder } from '../../support/builders.ts';
import { eventsIn } from '../../support/dev-events.ts';
import { startDevSite } from '../../support/dev-site.ts';
import { removeImage, runContainer, testTag } from '../../support/engine.ts';
import { configOf, difference, filesOf } from '../../support/listing.ts';
import { npmBuilder } from '../../support/npm-builder.ts';
import { sti } from '../../support/sti.ts';
import { writeFiles } from '../../support/temp.ts';

const same = { added: [], changed: [], removed: [] };

/** The builder, as a container of an image made with it can be asked what it sees: it ends when it has said it. */
const asked = {
  ...npmBuilder,
  scripts: {
    ...npmBuilder.scripts,
    run: npmBuilder.scripts.run.replace('httpd', '[ -z "$ONLY" ] || exec cat seen\nhttpd'),
  },
} satisfies Builder;

const serve = (builder: Builder, options: readonly string[] = []) =>
  startDevSite({ files: { 'index.html': 'one', dependencies: '3' }, builder, options });

/** What an image of the tag has that one of `sti build` has not, and the other way round. */
async function differenceToBuild(tag: string, source: string, builder: Builder) {
  const other = testTag('same');
  onTestFinished(() => removeImage(other));
  expect(await sti(['build', source, await makeBuilder(builder), other])).toMatchObject({ exitCode: 0 });
  expect(await configOf(tag)).toEqual(await configOf(other));
  return difference(await filesOf(tag), await filesOf(other));
}

it('serves in place what a container of the image would start: its entrypoint with the run script', async () => {
  const site = await serve(asked);
  expect(await site.served(1)).toMatchObject({ path: 'in place' });
  expect(await site.text('seen')).toContain('ENTERED=as 1 in /opt/app-root/src\n');
  writeFiles(site.source, { 'index.html': 'two' });
  expect(await site.served(2)).toMatchObject({ path: 'in place' });
  expect(await site.text()).toBe('two');

  await site.tagged(2);
  const { stdout } = await runContainer({ image: site.tag, env: ['ONLY=yes'] });
  expect(await site.text('seen')).toBe(stdout.replace('ONLY=yes\n', ''));
  expect(await differenceToBuild(site.tag, site.source, asked)).toEqual(same);
});

it('gives the entrypoint its words as they are', async () => {
  const words = ['two words', '', 'a\nline\n', '"quoted" \'so\'', '$HOME `id` \\n', 'é あ'];
  const say =
    '#!/bin/sh\nfor word; do printf "<%s>" "$word" >> words; done\nwhile [ $# -gt 1 ]; do shift; done\nexec "$1"\n';
  const site = await serve({
    ...npmBuilder,
    entrypoint: ['say', ...words],
    files: { ...npmBuilder.files, 'bin/say': say },
  });
  expect(await site.served(1)).toMatchObject({ path: 'in place' });
  expect(await site.text('words')).toBe([...words, '/usr/libexec/s2i/run'].map((word) => `<${word}>`).join(''));
});

it('starts in the working folder that the image has, and not in one that assemble took away', async () => {
  const again = `#!/bin/sh\nset -e\ncd /\nrm -rf /opt/app-root/src\ncp -R /tmp/src /opt/app-root/src\n`;
  const site = await serve({ ...npmBuilder, scripts: { ...npmBuilder.scripts, assemble: again } });
  expect(await site.served(1)).toMatchObject({ path: 'in place' });
  expect(await site.text()).toBe('one');
});

it('commits first when there is no working folder any more', async () => {
  const gone = '#!/bin/sh\ncd /\nrm -rf /opt/app-root/src\n';
  const run = '#!/bin/sh\necho made > /tmp/index.html\nexec httpd -f -p 8080 -h /tmp\n';
  const site = await serve({ ...npmBuilder, scripts: { ...npmBuilder.scripts, assemble: gone, run } });
  expect(await site.served(1)).toMatchObject({ path: 'image first' });
  expect(await site.text()).toBe('made\n');
});

it('serves in place however long assemble takes, and assembles for the image afterwards', async () => {
  const long = `${npmBuilder.scripts.assemble}sleep 2\n`;
  const builder = { ...npmBuilder, scripts: { ...npmBuilder.scripts, assemble: long } };
  const site = await serve(builder);
  expect(await site.served(1)).toMatchObject({ path: 'in place' });
  await site.tagged(1);
  const said = eventsIn(site.running).map(({ type }) => type);
  expect(said.indexOf('cycle-served')).toBeLessThan(said.indexOf('image-tagged'));
  expect(await differenceToBuild(site.tag, site.source, builder)).toEqual(same);
});

it('assembles once where the image is wanted at once', async () => {
  const site = await serve(npmBuilder, ['--once']);
  expect(await site.running.ended).toMatchObject({ exitCode: 0 });
  expect(await site.served(1)).toMatchObject({ path: 'image first', why: expect.stringContaining('--once') });
  await site.tagged(1);
  expect(await differenceToBuild(site.tag, site.source, npmBuilder)).toEqual(same);
});
