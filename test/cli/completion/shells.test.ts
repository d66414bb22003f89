import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { shownOptions } from '../../../source/cli/command-line/help.ts';
import { commandNames, commands } from '../../../source/cli/command-line/table.ts';
import { bashCompletion } from '../../../source/cli/completion/bash.ts';
import { fishCompletion } from '../../../source/cli/completion/fish.ts';
import { zshCompletion } from '../../../source/cli/completion/zsh.ts';
import { options } from '../../../source/cli/options/table.ts';
import { tempFolderOfFile, writeFiles } from '../../support/temp.ts';

let folder = '';
beforeAll(() => {
  folder = tempFolderOfFile();
  writeFiles(folder, { 'app.env': '', 'a folder/x': '', 'sti.bash': bashCompletion() });
});

/** What bash offers for the last of the words, in a folder that has `app.env` and `a folder`. */
function offered(...words: string[]): string[] {
  const script = `
    source ./sti.bash
    COMP_WORDS=(sti "$@") COMP_CWORD=$#
    _sti
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-u', '-c', script, 'bash', ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('the completion of bash', () => {
  it('offers the commands, and what begins like the word', () => {
    expect(offered('')).toEqual([...commandNames, '--help', '--version']);
    expect(offered('bu')).toEqual(['build']);
    expect(offered('help', 'vers')).toEqual(['version']);
  });

  it.each(commandNames)('offers the options of %s in all their spellings, but no hidden one', (name) => {
    const spellings = shownOptions(commands[name].options).flatMap((option) => options[option].names);
    expect(offered(name, '-')).toEqual(spellings);
    expect(offered('--verbose', name, '-')).toEqual(spellings);
  });

  it('offers the choices of an option, however it is written', () => {
    expect(offered('build', '-p', '')).toEqual(['always', 'if-not-present', 'never']);
    expect(offered('build', '--pull-policy', 'al')).toEqual(['always']);
    expect(offered('build', '--pull-policy', '=', 'al')).toEqual(['always']);
    expect(offered('build', '--pull-policy', '=')).toEqual(['always', 'if-not-present', 'never']);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('offers files and folders where a value or an argument is one', () => {
    expect(offered('build', '-E', 'a').sort()).toEqual(['a folder', 'app.env']);
    expect(offered('build', '--context-dir', 'a')).toEqual(['a folder']);
    expect(offered('build', '--rm', '--ref', 'v1', 'a').sort()).toEqual(['a folder', 'app.env']);
    expect(offered('dev', 'a')).toEqual(['a folder']);
    expect(offered('dev', 'x', 'a')).toEqual(['a folder']);
  });

  it('offers nothing where only the user knows', () => {
    expect(offered('build', '--ref', '')).toEqual([]);
    expect(offered('build', '.', 'a')).toEqual([]);
    expect(offered('build', '--ref=v1', '.', 'a')).toEqual([]);
    expect(offered('frobnicate', '')).toEqual([]);
  });

  it('completes at a tab', async () => {
    const terminal = spawn('bash', ['--norc', '--noprofile', '-i'], { cwd: folder, cols: 100, rows: 30 });
    onTestFinished(() => terminal.kill());
    let screen = '';
    terminal.onData((text) => {
      screen += text;
    });
    terminal.write('source ./sti.bash\r');
    terminal.write('sti bui\t --pull-policy=al\t -E ap\t');
    await expect.poll(() => screen, { timeout: 10_000 }).toContain('sti build  --pull-policy=always  -E app.env');
  });
});

describe('the completion of every shell', () => {
  const scripts = { bash: bashCompletion(), zsh: zshCompletion(), fish: fishCompletion() };
  const installed = (['bash', 'zsh', 'fish'] as const).filter(
    (shell) => spawnSync(shell, ['-c', 'exit 0']).error === undefined,
  );

  it.each(installed)('is a program of %s', (shell) => {
    const file = join(folder, `script.${shell}`);
    writeFileSync(file, scripts[shell]);
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(Object.entries(scripts))('has each command, option and choice: %s', (shell, script) => {
    for (const name of commandNames) {
      expect(script).toContain(name);
      for (const option of shownOptions(commands[name].options)) {
        const spellings = options[option].names.map((spelling) =>
          shell !== 'fish' ? spelling : spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-s ${spelling[1]}`,
        );
        for (const spelling of spellings) expect(script).toContain(spelling);
        expect(script).toContain(options[option].kind.schema.enum?.join(' ') ?? '');
      }
    }
    expect(script).not.toContain('transport');
  });
});
