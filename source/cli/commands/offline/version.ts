import type { RunCommand } from '../../command-line/table.ts';
import { createWrite } from '../../output/write.ts';

export const run: RunCommand<'version'> = async (_parsed, { stdout, version }) => {
  await createWrite(stdout)(`sti ${version}\n`);
  return 0;
};
