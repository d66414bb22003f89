import type { RunCommand } from './command.ts';
import { commands } from './commands.ts';
import { commandHelp, generalHelp } from './help.ts';
import { columnsOf, createWrite } from './output.ts';
import { findCommand } from './parse.ts';

export const run: RunCommand = async ({ positionals: [topic] }, { stdout }) => {
  const text =
    topic === undefined
      ? generalHelp(commands, columnsOf(stdout))
      : commandHelp(findCommand(topic, commands), columnsOf(stdout));
  await createWrite(stdout)(text);
  return 0;
};
