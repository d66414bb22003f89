import { describe, expect, it, onTestFinished } from 'vitest';
import { appSource, removeLater } from '../../support/app-build.ts';
import { type Builder, makeBuilder } from '../../support/builders.ts';
import { eventOf } from '../../support/dev-events.ts';
import { inspectImage, removeImage, runContainer, testTag } from '../../support/engine.ts';
import { asOrdinaryUser, giveTo } from '../../support/ordinary-user.ts';
import { testPort } from '../../support/ports.ts';
import { homeFor, startSti } from '../../support/sti.ts';
import { writeFiles } from '../../support/temp.ts';

const user = { name: 'app', uid: 1001, gid: 1001 };
const assemble = `#!/bin/sh
set -e
mkdir -p /app/www /tmp/left
cp -R /tmp/src/. /app/www
echo left > /tmp/left/by-assemble
`;
/** Serves what it sees in /tmp, its environment and its working folder; without httpd it only says so. */
const run = `#!/bin/sh
{ ls -Rl /tmp | grep -v '^total '; id; pwd; env | grep -Ev '^(HOSTNAME|SHLVL)='; } | sed 's/:[0-9][0-9] / /' > /app/www/seen
[ -z "$ONLY_SEEN" ] || exec cat /app/www/seen
exec httpd -f -p 8080 -h /app/www
`;
const port = testPort();
const site = {
  user,
  scripts: { assemble, run, 'save-artifacts': null },
  exposedPorts: ['8080'],
} satisfies Builder;

/** `sti dev` of a user who can't give files to the container's user. */
async function serve(builder: Builder, ...options: string[]) {
  const who = asOrdinaryUser();
  const source = appSource({ 'index.html': 'one', 'sub/page.html': 'page' });
  giveTo(who, source);
  const tag = testTag('dev-user');
  const args = [
    'dev',
    source,
    await makeBuilder(builder),
    tag,
    '--port',
    `${port}:8080`,
    '--progress',
    'json',
    ...options,
  ];
  const running = startSti(args, { ...who, home: homeFor(who.user) });
  onTestFinished(async () => {
    running.kill('SIGINT');
    await running.ended;
    await removeImage(tag);
  });
  const served = (build: number) => eventOf(running, 'cycle-served', { cycle: build });
  return { running, source, tag, served, path: (await served(1)).path };
}

const page = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();

/** How many links a folder has and how large it is are its file system's own affair: one in memory counts its entries. */
const withoutFolderSizes = (listing: string) =>
  listing.replaceAll(/^(\S{10}) +\d+/gm, '$1').replaceAll(/^(d\S{9} +\S+ +\S+) +\d+/gm, '$1');

describe('sti dev of an ordinary user', () => {
  it.each(['stream', 'upload'])(
    'serves each save in the container that assembled it, the way in being %s',
    async (way) => {
      const { source, served, path } = await serve(site, '--transport', way);
      expect(path).toBe('in place');
      for (const [build, text] of [
        [2, 'two, with \\ and é\n'],
        [3, ''],
        [4, 'x'.repeat(30_000)],
      ] as const) {
        writeFiles(source, { 'index.html': text });
        expect(await served(build)).toMatchObject({ path: 'in place' });
        expect(await page('/index.html')).toBe(text);
      }
      expect(await page('/sub/page.html')).toBe('page');
    },
  );

  it('shows run exactly what a container of the image shows it', async () => {
    const builder = { ...site, files: { 'tmp/of-the-image': 'kept\n', 'tmp/scripts/own': 'kept\n' } };
    const { running, tag, path } = await serve(builder);
    expect(path).toBe('in place');
    await eventOf(running, 'image-tagged', { cycle: 1 });
    const image = await inspectImage(tag);
    removeLater(image?.Id ?? '');
    const inPlace = await page('/seen');
    expect(inPlace).toContain('by-assemble');
    expect(inPlace).toContain('own');
    const { stdout } = await runContainer({ image: tag, env: ['ONLY_SEEN=yes'] });
    expect(withoutFolderSizes(inPlace)).toBe(withoutFolderSizes(stdout.replace('ONLY_SEEN=yes\n', '')));
  });

  it('commits first when the source could not be taken out again', async () => {
    const stubborn = `${assemble}chmod 555 /tmp/src/sub\n`;
    const { source, served, path } = await serve({ ...site, scripts: { ...site.scripts, assemble: stubborn } });
    expect(path).toBe('image first');
    expect(await page('/index.html')).toBe('one');
    writeFiles(source, { 'index.html': 'two' });
    await served(2);
    expect(await page('/index.html')).toBe('two');
  });
});
