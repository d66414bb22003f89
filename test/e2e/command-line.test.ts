import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { bundle } from '../../scripts/project.mjs';
import { commandHelp, generalHelp } from '../../source/cli/command-line/help.ts';
import { type Builder, builders, makeBuilder } from '../support/builders.ts';
import { testTag } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { leftBy } from '../support/looking.ts';
import { sti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const { PATH = '' } = process.env;

describe('help', () => {
  it.each([[['--help']], [['help']], [['-h']], [[]]])('lists the commands and exit codes: sti %j', async (args) => {
    expect(await sti(args)).toMatchObject({ exitCode: 0, stderr: '', stdout: generalHelp(undefined) });
  });

  it.each([[['build', '--help']], [['help', 'build']], [['--help', 'build']], [['build', '.', '--hlep', '--help']]])(
    'explains a command: sti %j',
    async (args) => {
      expect(await sti(args)).toMatchObject({ exitCode: 0, stderr: '', stdout: commandHelp('build', undefined) });
    },
  );

  it.each([[['version']], [['--version']]])('says which version it is: sti %j', async (args) => {
    expect(await sti(args)).toMatchObject({ exitCode: 0, stdout: `sti ${packageFile.version}\n`, stderr: '' });
  });
});

describe('a wrong command line', () => {
  it.each([
    [['biuld', '.', 'builder'], 'biuld', 'build'],
    [['build', '.', 'builder', '--inremental'], '--inremental', '--incremental'],
    [['build', '.', 'builder', '--callbackurl', 'http://here'], '--callbackurl', '--callback'],
    [['help', 'versoin'], 'versoin', 'version'],
  ])('is refused with what may have been meant: sti %j', async (args, wrong, meant) => {
    const { stdout, stderr, exitCode } = await sti(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^Error: .*${wrong}`, 'm'));
    expect(stderr).toMatch(new RegExp(`^Try: .*${meant}`, 'm'));
    expect(stderr).toMatch(/^exit code 64$/m);
  });

  it.each([
    [['build'], 'IMAGE'],
    [['build', '.'], 'IMAGE'],
    [['build', '.', 'builder', 'tag', 'more'], 'more'],
    [['build', '.', 'builder', '--ref'], '--ref'],
    [['build', '.', 'builder', '-e', 'NOVALUE'], 'NOVALUE'],
    [['build', '.', 'Builder'], 'Builder'],
    [['build', '.', 'builder', 'ta g'], 'ta g'],
    [['build', '.', 'builder', '-p', 'sometimes'], 'sometimes'],
    [['build', '.', 'builder', '--callbackUrl', 'here'], 'here'],
    [['build', '.', 'builder', '-E', 'no-such-file'], 'no-such-file'],
    [['usage'], 'IMAGE'],
  ])('is refused before an engine is looked for, and the culprit named: sti %j', async (args, named) => {
    const { stdout, stderr, exitCode } = await sti(args, { env: { DOCKER_HOST: 'unix:///no/such/engine.sock' } });
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^Error: .*${named}`, 'm'));
  });
});

describe('a reader that goes away', () => {
  /** Runs sti with the reader of its stdout gone after the first line; what it printed to stderr and its exit code. */
  async function piped(args: readonly string[]) {
    const folder = tempFolder();
    const pipe = `{ sh -c 'echo $$ >pid; exec "$@"' sti "$@" 2>stderr; echo $? >code; } | head -n 1`;
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', pipe, 'pipe', process.execPath, bundle, ...args], {
      cwd: folder,
      env: { PATH, HOME: folder, TMPDIR: folder, DOCKER_HOST: engineAddress },
    });
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    return { folder, firstLine: stdout, stderr: read('stderr'), code: Number(read('code')), pid: Number(read('pid')) };
  }

  it('of the summary gets it', async () => {
    const source = tempFolder();
    const { firstLine, code, stderr } = await piped(['build', source, await makeBuilder('root'), testTag('head')]);
    expect(firstLine).toMatch(/^Built /);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/^ +at .*:\d+/m);
  });

  it('of the events cancels the build, with a code and words of its own and with nothing left', async () => {
    const builder = await makeBuilder({
      scripts: { ...builders['root'], assemble: '#!/bin/sh\nwhile :; do echo line; sleep 0.1; done\n' },
    });
    const { firstLine, code, stderr, ...run } = await piped(['build', '--progress', 'json', tempFolder(), builder]);
    expect(JSON.parse(firstLine)).toMatchObject({ type: 'build-started' });
    expect(code).toBe(74);
    expect(stderr).toMatch(/^Error: .*stdout.*\nTry: .*\nexit code 74\n$/);
    await expect.poll(() => leftBy({ ...run, builder }), { timeout: 10_000 }).toEqual([]);
  });
});

describe('sti usage', () => {
  const words = { scripts: { usage: '#!/bin/sh\necho "set $NAME"\necho "a warning" >&2\n' } } satisfies Builder;

  it('prints what the usage script prints, and nothing else', async () => {
    const { stdout, stderr, exitCode } = await sti(['usage', await makeBuilder(words), '-e', 'NAME=PORT']);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: 'set PORT\n', stderr: 'a warning\n', exitCode: 0 });
  });

  it('prints what assemble -h prints where there is no usage script', async () => {
    const assemble = '#!/bin/sh\n[ "$1" = -h ] && echo "help of assemble"\n';
    const builder = await makeBuilder({ scripts: { usage: null, assemble } });
    const { stdout, stderr, exitCode } = await sti(['usage', builder]);
    expect({ stdout, exitCode }).toEqual({ stdout: 'help of assemble\n', exitCode: 0 });
    expect(stderr).toContain(builder);
  });

  it('says that there is no usage script when assemble -h fails, too', async () => {
    const builder = await makeBuilder({
      scripts: { usage: null, assemble: '#!/bin/sh\necho "no source" >&2\nexit 1\n' },
    });
    const { stderr, exitCode } = await sti(['usage', builder]);
    expect(exitCode).toBe(90);
    expect(stderr).toMatch(new RegExp(`\nno source\nError: .*${builder}`));
  });

  it('takes the script from --scripts first', async () => {
    const folder = tempFolder();
    writeFiles(folder, { usage: '#!/bin/sh\necho "another usage"\n' });
    const { stdout } = await sti(['usage', await makeBuilder(words), '--scripts', `file://${folder}`]);
    expect(stdout).toBe('another usage\n');
  });

  it('fails with a code of its own when the script fails, and leaves nothing', async () => {
    const builder = await makeBuilder({ scripts: { usage: '#!/bin/sh\necho "no usage" >&2\nexit 7\n' } });
    const { stderr, exitCode } = await sti(['usage', builder]);
    expect(exitCode).toBe(90);
    expect(stderr).toMatch(new RegExp(`^Error: .*${builder}.* 7$`, 'm'));
  });

  it('fails when the builder has neither script', async () => {
    const builder = await makeBuilder({ scripts: { usage: null, assemble: null } });
    expect(await sti(['usage', builder])).toMatchObject({ exitCode: 40, stdout: '' });
  });
});
