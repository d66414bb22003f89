import { readArgument } from '../../command-line/arguments.ts';
import type { RunCommand } from '../../command-line/table.ts';
import { bashCompletion } from '../../completion/bash.ts';
import { fishCompletion } from '../../completion/fish.ts';
import { shells } from '../../completion/shells.ts';
import { zshCompletion } from '../../completion/zsh.ts';
import { choice } from '../../options/kinds/choice.ts';
import { createWrite } from '../../output/write.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export const run: RunCommand<'completion'> = async ({ positionals: [shell = ''] }, { stdout }) => {
  await createWrite(stdout)(scripts[readArgument('SHELL', shell, choice('SHELL', shells), 'completion')]());
  return 0;
};
