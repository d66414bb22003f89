import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configKeys, configTable } from '../../../source/cli/config/keys.ts';
import { readLayers, type Surroundings, trustFolder } from '../../../source/cli/config/layers.ts';
import { parseValues } from '../../../source/cli/config/values.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

interface Scene {
  readonly folder: string;
  readonly home: string;
  readonly context: Surroundings;
}

function scene(config: Readonly<Record<string, unknown>> = {}): Scene {
  const [folder, home] = [realpathSync(tempFolder()), tempFolder()];
  writeFiles(folder, { '.sti/config.json': JSON.stringify(config) });
  return { folder, home, context: { cwd: folder, homeDir: home, env: {} } };
}

/** What a file with this content says. */
const parsed = (json: unknown, folder: string) => parseValues(json, folder).values;

async function ofFolder({ context }: Scene) {
  const [layer] = await readLayers('.', context);
  if (layer === undefined) throw new Error('no layer');
  return layer;
}

describe('what a folder may set', () => {
  it('is how it is built', async () => {
    const values = { image: 'i', tag: 't', env: { A: '1' }, contextDir: 'web', ports: [8080], pullPolicy: 'never' };
    const place = scene(values);
    const { values: found, leftOut, warnings } = await ofFolder(place);
    expect({ found, leftOut, warnings }).toEqual({ found: parsed(values, place.folder), leftOut: {}, warnings: [] });
  });

  it('is nothing that names a place, unless its option says otherwise', () => {
    const may = configKeys.filter((key) => configTable[key].configuredBy === 'folder');
    const placeLike = /^(URL|FILE|ADDRESS|PATH)$/;
    expect(may.filter((key) => placeLike.test(configTable[key].kind.placeholder ?? ''))).toEqual(['readyPath']);
  });

  it.each([
    ['url', 'tcp://127.0.0.1:9'],
    ['callbackUrl', 'http://127.0.0.1:9'],
    ['host', '0.0.0.0'],
    ['rm', true],
    ['savetempdir', true],
    ['network', 'host'],
    ['addHost', ['db.local:10.0.0.7']],
  ])('is not %s: a warning names key, file and what allows it', async (key, value) => {
    const layer = await ofFolder(scene({ image: 'i', [key]: value }));
    expect(layer.values).toEqual({ image: { repository: 'i' } });
    expect(layer.leftOut).toEqual({ [key]: value });
    expect(layer.warnings).toEqual([expect.stringMatching(new RegExp(`^${key} of \\.sti/config\\.json .*--trust`))]);
  });

  it.each(['exclude', 'allowedUids', 'metadataFile', 'dockercfgPath'] as const)('is not %s', async (key) => {
    const { values, leftOut } = await ofFolder(scene({ [key]: '1' }));
    expect(values).toEqual({});
    expect(Object.keys(leftOut)).toEqual([key]);
  });

  it.each([['volume'], ['inject']])('is not %s, which only a command line can say', (key) => {
    expect(parseValues({ [key]: ['/etc:/mnt'] }, '/app')).toEqual({ values: {}, problems: [`unknown key ${key}`] });
  });

  it.each([
    ['envFile', 'app.env', (folder: string) => join(folder, 'app.env')],
    ['envFile', 'missing.env', (folder: string) => join(folder, 'missing.env')],
    ['envFile', 'link.env', (folder: string) => join(folder, 'app.env')],
    ['scripts', 'file://./s', (folder: string) => ({ scheme: 'file', url: pathToFileURL(join(folder, 's')).href })],
    ['scripts', 'image:///usr/s2i', () => ({ scheme: 'image', path: '/usr/s2i' })],
    [
      'imageScriptsUrl',
      'file://./s',
      (folder: string) => ({ scheme: 'file', url: pathToFileURL(join(folder, 's')).href }),
    ],
  ])('is %s %s, which stays inside', async (key, value, expected) => {
    const place = scene({ [key]: value });
    writeFiles(place.folder, { 'app.env': 'A=1', 's/run': '' });
    symlinkSync('app.env', join(place.folder, 'link.env'));
    expect((await ofFolder(place)).values).toEqual({ [key]: expected(place.folder) });
  });

  it.each([
    ['envFile', '../outside/x.env'],
    ['envFile', '/etc/hostname'],
    ['envFile', 'link-out'],
    ['envFile', 'folder-out/x.env'],
    ['envFile', 'folder-out/missing'],
    ['envFile', 'dangling'],
    ['scripts', 'file:///etc'],
    ['scripts', 'file://../outside'],
    ['scripts', 'file://%2e%2e/outside'],
    ['scripts', 'FILE:///etc'],
    ['scripts', 'file://./folder-out'],
    ['scripts', 'file://./linked-scripts'],
    ['scripts', 'http://169.254.169.254/s'],
    ['scripts', 'https://example.org/s'],
    ['imageScriptsUrl', 'file://./linked-scripts'],
    ['imageScriptsUrl', 'https://example.org/s'],
  ])('is not %s %s, which leads out', async (key, value) => {
    const place = scene({ [key]: value });
    const outside = tempFolder();
    writeFiles(outside, { 'x.env': 'SECRET=1', run: '' });
    writeFiles(place.folder, { 'linked-scripts/assemble': '' });
    for (const [target, name] of [
      [join(outside, 'x.env'), 'link-out'],
      [outside, 'folder-out'],
      [join(outside, 'later'), 'dangling'],
      [join(outside, 'run'), 'linked-scripts/run'],
    ] as const) {
      symlinkSync(target, join(place.folder, name));
    }
    const layer = await ofFolder(place);
    expect(layer.values).toEqual({});
    expect(layer.leftOut).toEqual(parsed({ [key]: value }, place.folder));
    expect(layer.warnings).toHaveLength(1);
  });
});

describe('trust', () => {
  const config = { image: 'i', callbackUrl: 'https://h/' };
  const values = parsed(config, '/');

  it('lets the file set everything, is kept for the user alone, and ends when the file changes', async () => {
    const place = scene(config);
    await trustFolder('.', place.context);
    expect(await ofFolder(place)).toMatchObject({ values, leftOut: {}, warnings: [] });
    const folder = join(place.home, '.config/sti/trusted');
    const modes = ['.', ...readdirSync(folder)].map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600]);

    writeFiles(place.folder, { '.sti/config.json': JSON.stringify({ ...config, callbackUrl: 'https://other/' }) });
    const layer = await ofFolder(place);
    expect(layer).toMatchObject({ leftOut: { callbackUrl: 'https://other/' } });
    expect(layer.warnings[0]).toContain('has changed since you trusted it');
  });

  it('holds for that folder alone, whatever way leads to it', async () => {
    const place = scene(config);
    await trustFolder('.', place.context);
    const link = join(tempFolder(), 'link');
    symlinkSync(place.folder, link);
    expect((await readLayers(link, place.context))[0]).toMatchObject({ values });
    const copy = { ...scene(config), home: place.home };
    expect((await readLayers(copy.folder, place.context))[0]).toMatchObject({ leftOut: { callbackUrl: 'https://h/' } });
  });

  it('is not granted by a record that is not whole or of another folder', async () => {
    const place = scene(config);
    await trustFolder('.', place.context);
    const folder = join(place.home, '.config/sti/trusted');
    const [name = ''] = readdirSync(folder);
    const whole = readFileSync(join(folder, name), 'utf8');
    for (const text of ['', whole.slice(0, -9), 'null', whole.replace(place.folder, '/elsewhere')]) {
      writeFiles(folder, { [name]: text });
      expect((await ofFolder(place)).leftOut).toEqual({ callbackUrl: 'https://h/' });
    }
  });

  it('needs a configuration file', async () => {
    await expect(trustFolder('/nowhere', scene().context)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe("the user's own configuration", () => {
  it('comes second, may set everything, and is found by XDG_CONFIG_HOME where that is absolute', async () => {
    const place = scene({ image: 'i' });
    writeFiles(place.home, {
      '.config/sti/config.json': '{"url": "tcp://one:1"}',
      'xdg/sti/config.json': '{"url": "tcp://two:2"}',
    });
    const withXdg = (XDG_CONFIG_HOME: string) => readLayers('.', { ...place.context, env: { XDG_CONFIG_HOME } });
    expect((await readLayers('.', place.context))[1]?.values).toEqual({ url: 'tcp://one:1' });
    expect((await withXdg(join(place.home, 'xdg')))[1]?.values).toEqual({ url: 'tcp://two:2' });
    expect((await withXdg('xdg'))[1]?.values).toEqual({ url: 'tcp://one:1' });
  });

  it('names its file when something is wrong with it', async () => {
    const place = scene();
    writeFiles(place.home, { '.config/sti/config.json': '{"urll": ""}' });
    const failing = readLayers('.', place.context);
    await expect(failing).rejects.toThrow(`${place.home}/.config/sti/config.json: unknown key urll, did you mean url?`);
  });
});

describe('reading .sti/config.json', () => {
  const broken = async (make: (folder: string) => void): Promise<unknown> => {
    const folder = tempFolder();
    writeFiles(folder, { '.sti/other': '' });
    make(folder);
    return readLayers(folder, { cwd: '/', homeDir: folder, env: {} });
  };

  it.each<[string, (folder: string) => void, RegExp]>([
    ['a pipe', (folder) => execFileSync('mkfifo', [join(folder, '.sti/config.json')]), /is not a regular file/],
    ['a device', (folder) => symlinkSync('/dev/zero', join(folder, '.sti/config.json')), /leads out of the source/],
    [
      'a link out',
      (folder) => symlinkSync('/etc/hostname', join(folder, '.sti/config.json')),
      /leads out of the source/,
    ],
    ['a folder', (folder) => writeFiles(folder, { '.sti/config.json/x': '' }), /is not a regular file/],
    ['too large', (folder) => writeFiles(folder, { '.sti/config.json': ' '.repeat(1024 * 1024 + 1) }), /1 MiB/],
  ])('refuses %s, and names the file', async (_, make, reason) => {
    const failing = broken(make);
    await expect(failing).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(reason) });
    await expect(failing).rejects.toThrow('.sti/config.json');
  });

  it('finds none where the source is a long URL', async () => {
    const url = `https://example.org/${'x'.repeat(300)}.git`;
    expect(await readLayers(url, scene().context)).toEqual([]);
  });

  it('follows a link that stays inside', async () => {
    const layers = await broken((folder) => {
      writeFiles(folder, { 'deploy/config.json': '{"image": "i"}' });
      symlinkSync('../deploy/config.json', join(folder, '.sti/config.json'));
    });
    expect(layers).toMatchObject([{ values: { image: { repository: 'i' } } }]);
  });
});
