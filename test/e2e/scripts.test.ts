import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Builder } from '../support/builders.ts';
import { eventsOf, summaryOf, warningsOf } from '../support/dev-events.ts';
import { runContainer } from '../support/engine.ts';
import { refusingUrl, type Site, serveFiles } from '../support/http-server.ts';
import { folderListing } from '../support/listing.ts';
import { failToBuild, lookInto } from '../support/looking.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

/** A script that says which one it is, by the place that it was put into. */
const script = (name: string, place: string) => `#!/bin/sh\necho "${name} of ${place}"\n`;

/** Scripts of these names below a folder. */
function scriptsIn(folder: string, place: string, names = ['assemble', 'run']): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`${folder}/${name}`, script(name, place)]));
}

/** Has scripts in two places, and names one of them as its default. */
const builder = {
  scripts: { assemble: script('assemble', 'the image'), run: script('run', 'the image'), 'save-artifacts': null },
  files: scriptsIn('other/scripts', 'elsewhere in the image'),
} as const satisfies Builder;
/** Has no script where it says that they are. */
const empty = { scripts: { assemble: null, run: null, 'save-artifacts': null } } as const satisfies Builder;
const nameless = { ...empty, labels: { 'io.openshift.s2i.scripts-url': '' } } as const satisfies Builder;

function sourceWith(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  writeFiles(folder, { 'index.html': 'hello', ...files });
  return folder;
}

/** What assemble and run say: the one during the build, the other in a container of the image. */
async function whichRan(source: string, url: string | undefined, image: Builder = builder): Promise<string[]> {
  const { seen, tag } = await lookInto(source, { builder: image, args: url === undefined ? [] : ['--scripts', url] });
  return [...seen, (await runContainer({ image: tag })).stdout.trim()];
}

const bothOf = (place: string) => [`assemble of ${place}`, `run of ${place}`];
const everywhere = { ...scriptsIn('.sti/bin', '.sti/bin'), ...scriptsIn('.s2i/bin', '.s2i/bin') };

describe('scripts are taken', () => {
  it('from the --scripts URL before all else: http, with a query and a slash at the end', async () => {
    const url = await serveFiles(scriptsIn('/of/team', 'the server'));
    expect(await whichRan(sourceWith(everywhere), `${url}/of/team/?v=2`)).toEqual(bothOf('the server'));
  });

  it('from the --scripts URL before all else: file', async () => {
    const folder = sourceWith(scriptsIn('scripts', 'a folder'));
    const url = pathToFileURL(join(folder, 'scripts')).href;
    expect(await whichRan(sourceWith(everywhere), url)).toEqual(bothOf('a folder'));
  });

  it('from the --scripts URL before all else: image, a path inside the builder', async () => {
    const ran = await whichRan(sourceWith(everywhere), 'image:///other/scripts');
    expect(ran).toEqual(bothOf('elsewhere in the image'));
  });

  it('from .sti/bin of the source, before .s2i/bin', async () => {
    expect(await whichRan(sourceWith(everywhere), undefined)).toEqual(bothOf('.sti/bin'));
  });

  it('from .s2i/bin of the source, before the builder’s default', async () => {
    const source = sourceWith(scriptsIn('.s2i/bin', '.s2i/bin'));
    expect(await whichRan(source, undefined)).toEqual(bothOf('.s2i/bin'));
  });

  it('from the builder’s default', async () => {
    expect(await whichRan(sourceWith({}), undefined)).toEqual(bothOf('the image'));
  });

  it('from the builder’s default, which may be a server', async () => {
    const url = await serveFiles(scriptsIn('/default', 'the default server'));
    const image = { ...builder, labels: { 'io.openshift.s2i.scripts-url': `${url}/default` } };
    expect(await whichRan(sourceWith({}), undefined, image)).toEqual(bothOf('the default server'));
  });

  it('each from the first place that has it', async () => {
    const url = await serveFiles(scriptsIn('', 'the server', ['save-artifacts']));
    const source = sourceWith(scriptsIn('.s2i/bin', 'the source', ['assemble']));
    const looked = await lookInto(source, { builder, args: ['--scripts', url] });
    const where = summaryOf(looked, 'scripts');
    for (const place of ['.s2i/bin', 'image:///usr/libexec/s2i', url]) expect(where).toContain(place);
    expect(looked.seen).toEqual(['assemble of the source']);
    expect((await runContainer({ image: looked.tag })).stdout).toBe('run of the image\n');
  });
});

describe('a script that can’t be fetched', () => {
  const answers: [string, Site, RegExp][] = [
    ['a required one', { '/assemble': 500, '/run': script('run', 'the server') }, /\/assemble .*500/],
    ['an optional one', { '/save-artifacts': 503 }, /\/save-artifacts .*503/],
    ['one for which a login is asked', { '/run': 401 }, /\/run .*401/],
  ];

  it.each(answers)('ends the build though other places have it: %s', async (_, site, named) => {
    const args = ['-s', await serveFiles(site)];
    const { message, hint } = await failToBuild(sourceWith(everywhere), 40, { builder, args });
    expect(message).toMatch(named);
    expect(hint).toBeDefined();
  });

  it.each([
    ['nothing listens there', refusingUrl],
    ['the host does not exist', async () => 'http://no-such-host.invalid/scripts'],
  ])('ends the build when %s', async (_, urlOf) => {
    const url = await urlOf();
    const { message } = await failToBuild(sourceWith(everywhere), 40, { builder, args: ['-s', url] });
    expect(message).toMatch(new RegExp(`${url}/\\S+ .*(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)`));
  });

  it('ends the build when the URL is of no kind that sti knows', async () => {
    const { message } = await failToBuild(sourceWith({}), 64, { builder, args: ['-s', 'ftp://host/scripts'] });
    expect(message).toContain('"ftp://host/scripts" for -s');
  });

  it('does not show the password of its URL', async () => {
    const url = await serveFiles({ '/assemble': 500, '/run': 500 });
    const args = ['--verbose', '-s', url.replace('//', '//ada:open-sesame@')];
    expect((await failToBuild(sourceWith({}), 40, { builder, args })).stdout).not.toContain('open-sesame');
  });
});

describe('a required script that is nowhere', () => {
  it('ends the build with its name and every place that was tried', async () => {
    const url = await serveFiles(scriptsIn('', 'the server', ['assemble']));
    const { message } = await failToBuild(sourceWith({}), 40, { builder: empty, args: ['-s', url] });
    const places = [`${url}/run`, '.sti/bin/run', '.s2i/bin/run', 'image:///usr/libexec/s2i/run'];
    expect(message.match(/\S+\/run\b/g)).toEqual(places);
    expect(message).not.toContain('/assemble');
  });

  it('is looked for in the image before assemble starts', async () => {
    const failed = await failToBuild(sourceWith({}), 40, { builder: empty, args: ['-s', 'image:///nowhere'] });
    expect(failed.message).toContain('image:///nowhere/assemble');
    expect(eventsOf(failed, 'step-started', { step: 'assemble' })).toEqual([]);
  });

  it('is explained when the image names no place for scripts', async () => {
    const { hint } = await failToBuild(sourceWith({}), 40, { builder: nameless });
    expect(hint).toBeDefined();
  });
});

it('an image that names no place for its scripts has them where builder images have them', async () => {
  const unnamed = { ...builder, labels: nameless.labels } as const satisfies Builder;
  expect(await whichRan(sourceWith({}), undefined, unnamed)).toEqual(bothOf('the image'));
  expect(await whichRan(sourceWith(everywhere), undefined, unnamed)).toEqual(bothOf('.sti/bin'));
});

describe('scripts of the source', () => {
  it('run from where they are, with their siblings, executable or not', async () => {
    const source = sourceWith({
      '.sti/bin/assemble':
        '#!/bin/sh\necho "at $0"\n. "$(dirname "$0")/common"\ngreet assemble\nls -l "$0" | cut -c1-10\n',
      '.sti/bin/run': script('run', 'the source'),
      '.sti/bin/common': 'greet() { echo "hello from $1"; }\n',
    });
    for (const name of ['assemble', 'run']) chmodSync(join(source, '.sti/bin', name), 0o644);
    expect(await whichRan(source, undefined)).toEqual([
      'at /tmp/src/.sti/bin/assemble',
      'hello from assemble',
      '-rwxr-xr-x',
      'run of the source',
    ]);
  });

  it('with Windows line endings are repaired, with a warning, in the copy alone', async () => {
    const source = sourceWith({
      '.sti/bin/assemble': '#!/bin/sh\r\nset -e\r\necho "assemble works"\r\n',
      '.sti/bin/run': '#!/bin/sh\r\necho "run works"\r\n',
    });
    const before = folderListing(source);
    const looked = await lookInto(source, { builder });
    expect(looked.seen).toEqual(['assemble works']);
    expect((await runContainer({ image: looked.tag })).stdout).toBe('run works\n');
    for (const name of ['assemble', 'run']) expect(warningsOf(looked)).toContain(`.sti/bin/${name}`);
    expect(folderListing(source)).toEqual(before);
  });
});

describe('scripts from a server', () => {
  it('with Windows line endings are repaired, with a warning', async () => {
    const url = await serveFiles({ '/assemble': '#!/bin/sh\r\necho "assemble works"\r\n' });
    const looked = await lookInto(sourceWith({}), { builder, args: ['--scripts', url] });
    expect(looked.seen).toEqual(['assemble works']);
    expect(warningsOf(looked)).toContain(`${url}/assemble`);
  });

  it('leave nothing but the run script in the image', async () => {
    const url = await serveFiles(scriptsIn('', 'the server'));
    const { tag } = await lookInto(sourceWith({}), { builder, args: ['--scripts', url] });
    const { stdout } = await runContainer({ image: tag, command: ['/bin/sh', '-c', 'ls -A /tmp; ls -l /opt/sti/bin'] });
    expect(stdout).toMatch(/^total \d+\n-rwxr-xr-x .* run\n$/);
  });
});
