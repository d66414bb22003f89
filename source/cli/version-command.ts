import type { RunCommand } from './command.ts';
import { createWrite } from './output.ts';

export const run: RunCommand = async (_parsed, { stdout, version }) => {
  await createWrite(stdout)(`sti ${version}\n`);
  return 0;
};
