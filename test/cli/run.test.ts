import { describe, expect, it } from 'vitest';
import { commandHelp, generalHelp } from '../../source/cli/command-line/help.ts';
import { bashCompletion } from '../../source/cli/completion/bash.ts';
import { run } from '../../source/cli/run.ts';
import { fakeContext } from '../support/cli-fakes.ts';

async function sti(...argv: string[]) {
  const context = fakeContext();
  const exitCode = await run(argv, context);
  return { exitCode, stdout: context.stdout.text, stderr: context.stderr.text };
}

describe('sti', () => {
  it('prints its version', async () => {
    expect(await sti('--version')).toEqual({ exitCode: 0, stdout: 'sti 1.2.3\n', stderr: '' });
    expect(await sti('version')).toEqual(await sti('--version'));
  });

  it('prints help on stdout, without arguments and when asked', async () => {
    const help = await sti();
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toBe(generalHelp(undefined));
    expect(await sti('--help')).toEqual(help);
    expect((await sti('build', '--help')).stdout).toBe(commandHelp('build', undefined));
    expect(await sti('help', 'build')).toEqual(await sti('build', '-h'));
  });

  it('says on stderr what is wrong with the command line, and what to try', async () => {
    expect(await sti('build', '.', 'img', '--cleen')).toEqual({
      exitCode: 64,
      stdout: '',
      stderr: 'Error: unknown option --cleen\nTry: Write --clean, or see sti build --help.\nexit code 64\n',
    });
    expect((await sti('help', 'biuld')).stderr).toContain('unknown command biuld');
  });

  it('prints the completion of a shell, and refuses another one', async () => {
    expect(await sti('completion', 'bash')).toEqual({ exitCode: 0, stdout: bashCompletion(), stderr: '' });
    expect(await sti('completion', 'tcsh')).toMatchObject({
      exitCode: 64,
      stdout: '',
      stderr: expect.stringMatching(/^Error: Invalid value "tcsh" for SHELL: expected one of bash, zsh, fish\nTry: /),
    });
  });

  it.each([[['--progress', 'json']], [['--progress=json']], [['--progress=json', '-q']]])(
    'says it as an event with %j',
    async (words) => {
      const { exitCode, stdout, stderr } = await sti(
        'build',
        '.',
        'img',
        'tag',
        ...words,
        ...(words.length > 2 ? [] : ['more']),
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        type: 'build-finished',
        outcome: { ok: false, error: { code: 'usage', exitCode: 64 }, tagKept: null },
      });
    },
  );

  it('refuses --quiet together with --progress json', async () => {
    const { stdout } = await sti('build', '.', 'img', '-q', '--progress', 'json');
    expect(stdout).toContain('--quiet and --progress json cannot be used together');
  });
});
