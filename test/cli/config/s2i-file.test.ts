import { execFileSync } from 'node:child_process';
import { realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../source/cli/command-line/parse.ts';
import { readApplication } from '../../../source/cli/config/apply.ts';
import { trustS2iFile } from '../../../source/cli/config/s2i-file.ts';
import { parseS2iConfig } from '../../../source/cli/config/s2i-values.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

type Json = Readonly<Record<string, unknown>>;

/** A folder with what s2i keeps there, and what a command line makes of it. */
function scene(file: Json | string, name = '.s2ifile') {
  const folder = realpathSync(tempFolder());
  writeFiles(folder, { [name]: typeof file === 'string' ? file : JSON.stringify(file) });
  const context = { cwd: folder, homeDir: tempFolder(), env: {} };
  const read = (...argv: string[]) => readApplication(parse(['build', ...argv, '--use-config']), context);
  return { folder, context, read };
}

const kept = { source: '.', builderImage: 'img', tag: 'app:1' };
const valuesOf = (flags: Json) => parseS2iConfig({ flags }, '/app').values;

describe('the flags of a .s2ifile', () => {
  it('are options under their long names, as s2i prints their values', () => {
    const flags = {
      incremental: 'true',
      'pull-policy': 'never',
      'add-host': '[one:10.0.0.1,two:10.0.0.2]',
      'application-name': 'Shop, the',
      'allowed-uids': '1-5,9',
      'context-dir': '',
      'use-config': 'true',
    };
    expect(valuesOf(flags)).toEqual({
      incremental: true,
      pullPolicy: 'never',
      addHost: ['one:10.0.0.1', 'two:10.0.0.2'],
      applicationName: 'Shop, the',
      allowedUids: expect.anything(),
    });
  });

  it('have each variable under a number, with whatever its value holds', () => {
    const flags = { 'env-0': 'A=1,B=2', 'env-10': 'LAST=ten', 'env-2': 'LAST=two', 'env-1': 'EMPTY=' };
    expect(valuesOf(flags).env).toEqual([
      { name: 'A', value: '1,B=2' },
      { name: 'EMPTY', value: '' },
      { name: 'LAST', value: 'two' },
      { name: 'LAST', value: 'ten' },
    ]);
  });

  it('are each told where they are wrong, without a value that may be secret', () => {
    const flags = { incremental: 'perhaps', 'env-0': 'SECRET', increment: 'true', rm: true, 'pull-policy': 'weekly' };
    const { problems } = parseS2iConfig({ flags, image: 'x', builderImage: 'UPPER CASE' }, '/app');
    expect(problems).toHaveLength(7);
    expect(problems.join('\n')).not.toContain('SECRET');
    expect(problems).toContain('unknown flag increment, did you mean incremental?');
  });

  it.each([[[]], [null], ['text'], [{ flags: [] }], [{ flags: 'x' }], [{ source: 7 }], [{ source: {} }]])(
    'in %j are refused',
    (json) => {
      expect(parseS2iConfig(json, '/app').problems).not.toEqual([]);
    },
  );
});

describe('--use-config', () => {
  it('completes a command line, which wins', async () => {
    const flags = { incremental: 'false', 'env-0': 'A=file', 'env-1': 'B=file', description: 'kept' };
    const { read } = scene({ ...kept, flags });
    const nothing = await read();
    expect(nothing).toMatchObject({ source: '.', image: { repository: 'img' }, tag: { tag: '1' } });
    expect(nothing.options).toMatchObject({ incremental: false, description: 'kept' });
    const { image, tag, options, above, below } = await read('.', 'other', 'mine', '--incremental', '-e', 'A=line');
    expect({ image, tag }).toMatchObject({ image: { repository: 'other' }, tag: { repository: 'mine' } });
    expect(options).toMatchObject({ incremental: true, description: 'kept' });
    expect(options.env).toEqual([{ name: 'A', value: 'line' }]);
    expect([...below, ...above]).toContainEqual({ name: 'B', value: 'file' });
  });

  it('beats the .sti/config.json of the source, reads the older name too, and says when there is no file', async () => {
    const { read, folder } = scene({ ...kept, source: 'web' }, '.stifile');
    writeFiles(folder, { 'web/.sti/config.json': '{"tag": "weaker", "description": "of the source"}' });
    expect(await read()).toMatchObject({
      source: 'web',
      tag: { repository: 'app' },
      options: { description: 'of the source' },
    });
    const empty = { cwd: tempFolder(), homeDir: tempFolder(), env: {} };
    const { warnings } = await readApplication(parse(['build', '.', 'img', '--use-config']), empty);
    expect(warnings).toEqual([expect.stringContaining('.s2ifile')]);
  });

  it('is nothing without the option', async () => {
    const { context } = scene(kept);
    await expect(readApplication(parse(['build', '.']), context)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a .s2ifile of somebody else', () => {
  const sends = { 'callback-url': 'http://127.0.0.1:9', url: 'tcp://127.0.0.1:9', network: 'host', rm: 'true' };

  it('sends nothing anywhere and reads nothing elsewhere, unless it is trusted as it is', async () => {
    const written = { ...sends, 'environment-file': '/etc/passwd', 'env-0': 'A=1' };
    const { read, context, folder } = scene({ ...kept, flags: written });
    const before = await read();
    expect(before.options).toMatchObject({ callbackUrl: undefined, url: undefined, network: undefined, rm: false });
    expect(before.options.envFile).toBeUndefined();
    expect(before.warnings).toHaveLength(1);
    await trustS2iFile(context);
    expect((await read()).options).toMatchObject({ callbackUrl: 'http://127.0.0.1:9', network: 'host', rm: true });
    writeFiles(folder, { '.s2ifile': JSON.stringify({ ...kept, flags: { ...written, network: 'none' } }) });
    expect((await read()).options).toMatchObject({ callbackUrl: undefined, network: undefined });
  });

  it('never mounts, injects or writes anything', async () => {
    const flags = { volume: '[/:/host]', inject: '/etc:/x', 'as-dockerfile': '/tmp/x', run: 'true' };
    const { read, context } = scene({ ...kept, flags });
    await trustS2iFile(context);
    const { options, warnings } = await read();
    expect(options).toMatchObject({ volume: [], inject: [], asDockerfile: undefined, run: false });
    expect(warnings).toHaveLength(1);
  });

  it.each(['/etc', '..', 'https://example.test/app.git', 'git@example.test:app', 'ext::sh -c id', 'out'])(
    'names no source outside of the folder: %s',
    async (source) => {
      const { read, folder, context } = scene({ ...kept, source });
      symlinkSync('/etc', join(folder, 'out'));
      await expect(read()).rejects.toMatchObject({ code: 'usage' });
      expect(await read('.')).toMatchObject({ source: '.' });
      await trustS2iFile(context);
      expect(await read()).toMatchObject({ source });
    },
  );

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a link to elsewhere', (path: string) => symlinkSync('/etc/hostname', path)],
    ['a link to what never ends', (path: string) => symlinkSync('/dev/zero', path)],
    ['more than it may be', (path: string) => writeFiles(join(path, '..'), { '.s2ifile': ' '.repeat(2 ** 21) })],
  ])('that is %s is refused', async (_, make) => {
    const { folder, read } = scene('{}', 'other');
    make(join(folder, '.s2ifile'));
    await expect(read()).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/^\.s2ifile /) });
  });
});
