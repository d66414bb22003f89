import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { resolveScripts, type ScriptQuery } from '../../../source/build/scripts/resolve.ts';
import { buildPaths } from '../../../source/protocol/paths.ts';
import { parseScriptsUrl, type ScriptName } from '../../../source/protocol/script-places.ts';
import { scanFolder } from '../../../source/tree/scan.ts';
import { plainHttp } from '../../support/http-client.ts';
import { type Site, serveFiles, serveHttp } from '../../support/http-server.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

interface Places {
  readonly flag?: string;
  readonly image?: string;
  readonly source?: Readonly<Record<string, string | Buffer>>;
}

async function resolved({ flag, image, source = {} }: Places, query: Partial<ScriptQuery> = {}) {
  const folder = tempFolder();
  writeFiles(folder, source);
  const warnings: string[] = [];
  const set = await resolveScripts({
    names: ['assemble', 'run', 'save-artifacts'],
    scriptsUrl: flag === undefined ? undefined : parseScriptsUrl(flag),
    imageScriptsUrl: image === undefined ? undefined : parseScriptsUrl(image),
    source: scanFolder(folder).then(({ entries }) => ({ root: folder, entries, disposable: false })),
    imageId: 'sha256:1',
    imageHas: async () => false,
    paths: buildPaths('/tmp'),
    folder: tempFolder(),
    cwd: folder,
    http: plainHttp,
    onWarning: (message) => warnings.push(message),
    ...query,
  });
  return { warnings, content: (name: ScriptName) => set.found.get(name)?.content?.toString() };
}

const script = '#!/bin/sh\necho hello\n';
const both: Site = { '/assemble': script, '/run': script };
const inSource = { '.sti/bin/assemble': script, '.sti/bin/run': script };

describe('a script that is an HTML page', () => {
  const page = '<!DOCTYPE html>\n<html><body>Please log in</body></html>';

  it.each([
    ['a page', page],
    ['capital letters', '<HTML LANG="en"><BODY>'],
    ['white space before it', `\r\n \t\n${page}`],
    ['a byte order mark', `\ufeff${page}`],
    ['comments before it', `<!-- a --><!-- b -->\n${page}`],
    ['XHTML', `<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">`],
    ['a head only', '<head><meta http-equiv="refresh" content="0; url=/login"></head>'],
  ])('is an error by what it holds: %s', async (_, content) => {
    const flag = await serveFiles({ ...both, '/run': content });
    await expect(resolved({ flag })).rejects.toMatchObject({
      code: 'scripts',
      exitCode: 40,
      message: `${flag}/run is an HTML page, not a script`,
      hint: expect.stringContaining('login page'),
    });
  });

  it.each(['text/html', 'Text/HTML; charset=utf-8', 'application/xhtml+xml'])(
    'is an error by its type: %s',
    async (type) => {
      const flag = await serveHttp(
        (_, response) => void response.writeHead(200, { 'content-type': type }).end('Log in'),
      );
      await expect(resolved({ flag })).rejects.toMatchObject({
        code: 'scripts',
        hint: expect.stringContaining('login page'),
      });
    },
  );

  it('is an error behind a redirect, too', async () => {
    const flag = await serveHttp((request, response) => {
      if (request.url === '/login') response.end(page);
      else response.writeHead(302, { location: '/login' }).end();
    });
    await expect(resolved({ flag })).rejects.toMatchObject({
      code: 'scripts',
      hint: expect.stringContaining('login page'),
    });
  });

  it.each([
    ['its type is wrong', script],
    ['it prints HTML', '#!/bin/sh\ncat <<END\n<!doctype html>\nEND\n'],
  ])('is none when it names its interpreter, though %s', async (_, content) => {
    const flag = await serveHttp((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(content);
    });
    expect((await resolved({ flag })).content('run')).toBe(content);
  });

  it('takes no time to tell, however many comments an answer has', async () => {
    const flag = await serveFiles({ ...both, '/run': `${'<!---->'.repeat(500_000)}x` });
    expect((await resolved({ flag })).content('run')).toHaveLength(3_500_001);
  });
});

describe('an empty script', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \r\n\t\n'],
    ['a byte order mark', '\ufeff'],
  ])('is an error wherever it is: %s', async (_, content) => {
    const flag = await serveFiles({ ...both, '/save-artifacts': content });
    await expect(resolved({ flag })).rejects.toMatchObject({
      code: 'scripts',
      message: `${flag}/save-artifacts is empty`,
    });
    const folder = tempFolder();
    writeFiles(folder, { assemble: script, run: content });
    const url = pathToFileURL(folder).href;
    await expect(resolved({ flag: url })).rejects.toMatchObject({ code: 'scripts', message: `${url}/run is empty` });
    await expect(resolved({ source: { ...inSource, '.sti/bin/run': content } })).rejects.toMatchObject({
      code: 'scripts',
      message: '.sti/bin/run of the source is empty',
    });
  });
});

describe('a byte order mark', () => {
  it('is removed from the copy, with a warning, wherever the script is', async () => {
    const flag = await serveFiles({ '/assemble': `\ufeff${script}` });
    const { content, warnings } = await resolved({ flag, source: { ...inSource, '.sti/bin/run': `\ufeff${script}` } });
    expect([content('assemble'), content('run')]).toEqual([script, script]);
    expect(warnings.toSorted()).toEqual([
      '.sti/bin/run of the source begins with a byte order mark; it was removed from the copy',
      `${flag}/assemble begins with a byte order mark; it was removed from the copy`,
    ]);
  });

  it('is removed together with Windows line endings', async () => {
    const flag = await serveFiles({ ...both, '/run': `\ufeff${script.replaceAll('\n', '\r\n')}` });
    const { content, warnings } = await resolved({ flag });
    expect(content('run')).toBe(script);
    expect(warnings).toHaveLength(2);
  });
});

describe('--scripts', () => {
  it('that has none of the scripts is a warning', async () => {
    const nothing = await serveFiles({});
    for (const flag of [nothing, 'file:///no/such/folder', 'image:///no/such/folder']) {
      const { warnings } = await resolved({ flag: flag.replace('http://', 'http://ada:secret@'), source: inSource });
      const shown = flag.replace('http://', 'http://ada:***@');
      expect(warnings).toEqual([`--scripts ${shown} has none of the scripts assemble, run, save-artifacts`]);
    }
  });

  it('that has one of them is none', async () => {
    const flag = await serveFiles({ '/save-artifacts': script });
    expect((await resolved({ flag, source: inSource })).warnings).toEqual([]);
  });

  it('may lead to this machine', async () => {
    expect((await resolved({ flag: await serveFiles(both) })).warnings).toEqual([]);
  });
});

describe('a scripts URL that the image names', () => {
  const chosen = (folder: string) => `the builder image takes its scripts from this machine: ${folder}`;

  it('is taken from this machine with one warning that says who chose it', async () => {
    const image = await serveFiles(both);
    const { content, warnings } = await resolved({ image });
    expect(content('assemble')).toBe(script);
    expect(warnings).toEqual([chosen(`${image}/`)]);
  });

  it('is warned of by name, too, and after a redirect', async () => {
    const { port } = new URL(await serveFiles(both));
    const byName = `http://localhost:${port}/`;
    expect((await resolved({ image: byName })).warnings).toEqual([chosen(byName)]);
  });

  it('is warned of when it is a file', async () => {
    const folder = tempFolder();
    writeFiles(folder, { assemble: script, run: script });
    const image = pathToFileURL(folder).href;
    const { content, warnings } = await resolved({ image });
    expect(content('run')).toBe(script);
    expect(warnings).toEqual([chosen(`${image}/`)]);
  });

  it.each([
    'http://169.254.169.254/latest',
    'https://169.254.170.2/',
    'http://0xA9FEA9FE/',
    'http://2852039166/',
    'http://0251.0376.0251.0376/',
    'http://169.254.43518/',
    'http://[::ffff:169.254.169.254]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://user:pw@169.254.169.254:81/?x=1',
  ])('is refused where it is link-local: %s', async (image) => {
    await expect(resolved({ image })).rejects.toMatchObject({
      code: 'scripts',
      message: expect.stringMatching(/^the builder image takes its scripts from .*link-local address/),
      hint: expect.stringContaining('--scripts'),
    });
  });

  it('is refused where a redirect leads to what is link-local', async () => {
    const image = await serveHttp((_, response) => {
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
    });
    await expect(resolved({ image })).rejects.toMatchObject({
      code: 'scripts',
      message: expect.stringContaining('http://169.254.169.254/latest/meta-data/'),
    });
  });

  it('can not lead to a file by a redirect', async () => {
    const image = await serveHttp(
      (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    await expect(resolved({ image })).rejects.toMatchObject({ code: 'scripts' });
  });
});
