import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../source/cli/command-line/parse.ts';
import { withConfig } from '../../../source/cli/config/apply.ts';
import { effectiveValues } from '../../../source/cli/config/effective.ts';
import type { Layer } from '../../../source/cli/config/layers.ts';
import { parseValues } from '../../../source/cli/config/values.ts';
import { optionNames } from '../../../source/cli/options/table.ts';
import { readBuildRequest } from '../../../source/cli/request/build.ts';
import { mergeEnvironment } from '../../../source/protocol/environment.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

type Values = Readonly<Record<string, unknown>>;

function layerOf(json: Values, folder = '/app', leftOut: Values = {}): Layer {
  const { values, problems } = parseValues(json, folder);
  expect(problems).toEqual([]);
  const left = parseValues(leftOut, folder).values;
  return { file: `${folder}/config.json`, folder, values, trusted: false, leftOut: left, digest: '', warnings: [] };
}
const apply = (argv: string[], values: Values, folder?: string, user: Values = {}) =>
  withConfig(parse(argv), [layerOf({ image: 'img', tag: 'tag', ...values }, folder), layerOf(user, '/me')]);
/** The options that are other than without the file and without the command line's. */
function options(argv: string[], values: Values): Values {
  const [with_, without] = [apply(argv, values).options, apply([argv[0] ?? ''], {}).options];
  const changed = optionNames.filter((name) => !isDeepStrictEqual(with_[name], without[name]));
  return Object.fromEntries(changed.map((name) => [name, with_[name]]));
}

describe('withConfig', () => {
  it('completes the arguments, and the command line wins', () => {
    const image = (repository: string) => ({ repository });
    const [img, tag] = [image('img'), image('tag')];
    expect(apply(['build'], {})).toMatchObject({ source: '.', image: img, tag });
    expect(apply(['build', 'src', 'other'], {})).toMatchObject({ source: 'src', image: image('other'), tag });
    const all = { source: 'src', image: image('other'), tag: image('mine') };
    expect(apply(['dev', 'src', 'other', 'mine'], {})).toMatchObject(all);
  });

  it('pushes only where the user says, not to the tag of a folder that is not trusted', () => {
    const refused = expect.objectContaining({ code: 'usage', message: expect.stringContaining('/app/config.json') });
    expect(() => apply(['build', '--push'], {})).toThrow(refused);
    expect(apply(['build', 'src', 'img', 'mine', '--push'], {}).options.push).toBe(true);
    const trusted = { ...layerOf({ image: 'img', tag: 'tag' }), trusted: true };
    expect(withConfig(parse(['build', '--push']), [trusted]).options.push).toBe(true);
  });

  it('says what is missing and shows a minimal file when nobody names an image', () => {
    expect(() => withConfig(parse(['build']), [])).toThrow('IMAGE is missing');
    expect(() => withConfig(parse(['dev']), [layerOf({})])).toThrow('/app/config.json has no image');
  });

  it('gives each command the options it has', () => {
    const values = { ports: ['3000:8080', 9000], clean: true, standbys: 3, pullPolicy: 'never' };
    expect(options(['build'], values)).toEqual({ clean: true, pullPolicy: 'never' });
    const ports = [
      { host: 3000, container: 8080, asked: true },
      { host: 9000, container: 9000, asked: true },
    ];
    expect(options(['dev'], values)).toEqual({ ports, standbys: 3, pullPolicy: 'never' });
  });

  it('lets the command line win, also by the opposite option', () => {
    expect(options(['dev', '--port', '1:2'], { ports: ['3:4'] })).toEqual({
      ports: [{ host: 1, container: 2, asked: true }],
    });
    expect(options(['build', '--incremental'], { clean: true })).toEqual({});
    expect(options(['build', '-q'], { progress: 'json' })).toEqual({ quiet: true });
    expect(options(['build', '--ref='], { ref: 'v1' })).toEqual({});
  });

  it('joins labels by name', async () => {
    const parsed = apply(['build', '--label', 'a=cli'], { labels: { a: 'file', b: 'x=y' } });
    expect((await readBuildRequest(parsed, '/')).request.labels).toEqual({ a: 'cli', b: 'x=y' });
  });

  it('takes paths from the folder that holds .sti', () => {
    expect(options(['build'], { envFile: 'app.env', scripts: 'file://./s', contextDir: 'web' })).toEqual({
      envFile: '/app/app.env',
      scripts: { scheme: 'file', url: 'file:///app/s' },
      contextDir: 'web',
    });
    expect(options(['build'], { scripts: 'image:///s' })).toEqual({ scripts: { scheme: 'image', path: '/s' } });
  });

  it.each([
    [[], { FILE: 'file', BOTH: 'config', CONFIG: 'x,Y=1' }],
    [['-e', 'BOTH=cli'], { FILE: 'file', BOTH: 'cli', CONFIG: 'x,Y=1' }],
    [['-E', 'cli.env'], { BOTH: 'cli file', CONFIG: 'x,Y=1' }],
  ])('orders variables by who wins with %j, and splits none at a comma', async (words, expected) => {
    const folder = tempFolder();
    writeFiles(folder, { 'app.env': 'FILE=file\nBOTH=file\n', 'cli.env': 'BOTH=cli file\n' });
    const values = { envFile: 'app.env', env: { BOTH: 'config', CONFIG: 'x,Y=1' } };
    const { request } = await readBuildRequest(apply(['build', ...words], values, folder), folder);
    const merged = mergeEnvironment(request.envFile, request.env);
    expect(Object.fromEntries(merged.map(({ name, value }) => [name, value]))).toEqual(expected);
  });

  it('lets the folder beat the user, and joins their variables and labels by name', async () => {
    const user = {
      image: 'theirs',
      standbys: 5,
      callbackUrl: 'https://h/',
      env: { A: 'user', B: 'user' },
      labels: { l: 'user', m: 'user' },
    };
    const parsed = apply(
      ['build'],
      { callbackUrl: 'https://f/', env: { A: 'folder' }, labels: { l: 'folder' } },
      '/app',
      user,
    );
    const { request } = await readBuildRequest(parsed, '/');
    const merged = mergeEnvironment(request.envFile, request.env);
    expect(request).toMatchObject({
      builder: { repository: 'img' },
      callbackUrl: 'https://f/',
      labels: { l: 'folder', m: 'user' },
    });
    expect(Object.fromEntries(merged.map(({ name, value }) => [name, value]))).toEqual({ A: 'folder', B: 'user' });
    expect(apply(['dev'], {}, '/app', user).options.standbys).toBe(5);
    expect(apply(['build'], { incremental: true }, '/app', { clean: true }).options.clean).toBe(false);
  });

  it.each<[string, Values, Values, string]>([
    [
      "the user's file beats the user's variables only when it must",
      { env: { X: 'folder' } },
      { envFile: 'e', env: { X: 'user' } },
      'folder',
    ],
    ["the folder's file beats the user's variables", { envFile: 'e' }, { env: { X: 'user' } }, 'file'],
    ["the folder's variables beat its file", { envFile: 'e', env: { X: 'folder' } }, { env: { X: 'user' } }, 'folder'],
    ["the user's variables beat their own file", {}, { envFile: 'e', env: { X: 'user' } }, 'user'],
  ])('orders environment files: %s', async (_, folderValues, userValues, expected) => {
    const folder = tempFolder();
    writeFiles(folder, { e: 'X=file' });
    const layers = [layerOf({ image: 'i', ...folderValues }, folder), layerOf(userValues, folder)];
    const { request } = await readBuildRequest(withConfig(parse(['build']), layers), folder);
    expect(mergeEnvironment(request.envFile, request.env)).toMatchObject([{ name: 'X', value: expected }]);
  });
});

describe('effectiveValues', () => {
  it('says where each value comes from and what is left out, and keeps secrets', () => {
    const rows = effectiveValues([
      layerOf({ image: 'img', env: { A: '1', API_TOKEN: 'hunter2' }, poll: true }, '/app', {
        callbackUrl: 'https://me:pw@h/',
      }),
      layerOf({ image: 'other', env: { A: '2', B: '2' }, url: 'tcp://engine:1' }, '/me'),
    ]);
    const app = '/app/config.json';
    const me = '/me/config.json';
    expect(rows).toEqual(
      expect.arrayContaining([
        { name: 'image', value: 'img', origin: app },
        { name: 'env.A', value: '1', origin: app },
        { name: 'env.API_TOKEN', value: '***', origin: app },
        { name: 'env.B', value: '2', origin: me },
        { name: 'callbackUrl', value: '-', origin: 'default' },
        { name: 'callbackUrl', value: 'https://me:***@h/', origin: `${app}, left out without --trust` },
        { name: 'url', value: 'tcp://engine:1', origin: me },
        { name: 'poll', value: 'on', origin: app },
        { name: 'standbys', value: '2', origin: 'default' },
        { name: 'clean', value: 'off', origin: 'default' },
      ]),
    );
    expect(rows.filter(({ name }) => name === 'env.A')).toHaveLength(1);
  });
});
