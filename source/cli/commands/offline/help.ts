import { commandHelp, generalHelp } from '../../command-line/help.ts';
import { findCommand } from '../../command-line/parse.ts';
import type { RunCommand } from '../../command-line/table.ts';
import { columnsOf, createWrite } from '../../output/write.ts';

export const run: RunCommand<'help'> = async ({ positionals: [topic] }, { stdout }) => {
  const columns = columnsOf(stdout);
  await createWrite(stdout)(topic === undefined ? generalHelp(columns) : commandHelp(findCommand(topic), columns));
  return 0;
};
