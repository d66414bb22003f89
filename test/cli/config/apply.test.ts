import { describe, expect, it } from 'vitest';
import { readBuildRequest } from '../../../source/cli/build-request.ts';
import { commands } from '../../../source/cli/commands.ts';
import { withConfig } from '../../../source/cli/config/apply.ts';
import { effectiveValues } from '../../../source/cli/config/effective.ts';
import type { Config } from '../../../source/cli/config/read.ts';
import { parse } from '../../../source/cli/parse.ts';
import { mergeEnvironment } from '../../../source/protocol/environment.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const configOf = (values: Config['values'], folder = '/app'): Config => ({ file: '.sti/config.json', folder, values });
const apply = (argv: string[], values: Config['values'], folder?: string) =>
  withConfig(parse(argv, commands), configOf({ image: 'img', tag: 'tag', ...values }, folder));
const options = (argv: string[], values: Config['values']) => Object.fromEntries(apply(argv, values).options);

describe('withConfig', () => {
  it('completes the arguments, and the command line wins', () => {
    expect(apply(['build'], {}).positionals).toEqual(['.', 'img', 'tag']);
    expect(apply(['build', 'src', 'other'], {}).positionals).toEqual(['src', 'other', 'tag']);
    expect(apply(['dev', 'src', 'other', 'mine'], {}).positionals).toEqual(['src', 'other', 'mine']);
  });

  it('says what is missing and shows a minimal file when nobody names an image', () => {
    expect(() => withConfig(parse(['build'], commands), undefined)).toThrow('IMAGE is missing');
    expect(() => withConfig(parse(['dev'], commands), configOf({}))).toThrow('.sti/config.json has no image');
  });

  it('gives each command the options it has', () => {
    const values = { ports: ['3000:8080', 9000], clean: true, standbys: 3, pullPolicy: 'never' };
    expect(options(['build'], values)).toEqual({ clean: ['true'], pullPolicy: ['never'] });
    expect(options(['dev'], values)).toEqual({ port: ['3000:8080', '9000'], standbys: ['3'], pullPolicy: ['never'] });
  });

  it('lets the command line win, also by the opposite option', () => {
    expect(options(['dev', '--port', '1:2'], { ports: ['3:4'] })).toEqual({ port: ['1:2'] });
    expect(options(['build', '--incremental'], { clean: true })).toEqual({ incremental: ['true'] });
    expect(options(['build', '-q'], { progress: 'json' })).toEqual({ quiet: ['true'] });
  });

  it('joins labels by name', async () => {
    const parsed = apply(['build', '--label', 'a=cli'], { labels: { a: 'file', b: 'x=y' } });
    expect((await readBuildRequest(parsed, '/')).request.labels).toEqual({ a: 'cli', b: 'x=y' });
  });

  it('takes paths from the folder that holds .sti', () => {
    expect(options(['build'], { envFile: 'app.env', scripts: 'file://./s', contextDir: 'web' })).toEqual({
      envFile: ['/app/app.env'],
      scripts: ['file:///app/s'],
      contextDir: ['web'],
    });
    expect(options(['build'], { scripts: 'image:///s' })).toEqual({ scripts: ['image:///s'] });
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
});

describe('effectiveValues', () => {
  it('says where each value comes from, and keeps secrets', () => {
    const rows = effectiveValues(
      commands,
      configOf({ image: 'img', env: { A: '1', API_TOKEN: 'hunter2' }, callbackUrl: 'https://me:pw@h/', poll: true }),
    );
    expect(rows).toEqual(
      expect.arrayContaining([
        { name: 'image', value: 'img', origin: '.sti/config.json' },
        { name: 'env.A', value: '1', origin: '.sti/config.json' },
        { name: 'env.API_TOKEN', value: '***', origin: '.sti/config.json' },
        { name: 'callbackUrl', value: 'https://me:***@h/', origin: '.sti/config.json' },
        { name: 'poll', value: 'on', origin: '.sti/config.json' },
        { name: 'standbys', value: '2', origin: 'default' },
        { name: 'clean', value: 'off', origin: 'default' },
      ]),
    );
  });
});
