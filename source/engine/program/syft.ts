import { StiError } from '../../errors.ts';
import type { Environment } from '../endpoint/candidates.ts';
import { lastLine } from './buildkit.ts';
import { runProgram } from './run.ts';

/** Writes what is in an archive of an image into a file, as SPDX. */
export type Scan = (archive: string, file: string, signal: AbortSignal) => Promise<void>;

/**
 * By syft, which asks nobody whether there is a newer one.
 * @param option that asks for it
 * @throws StiError `usage` where it isn't here
 */
export async function findSyft(option: string, environment: Environment, signal: AbortSignal): Promise<Scan> {
  const env = { ...environment, SYFT_CHECK_FOR_APP_UPDATE: 'false' };
  const { exitCode } = await runProgram(['syft', 'version'], { env, signal });
  if (exitCode !== 0) {
    throw new StiError('usage', `${option}: the program syft, which lists what is in an image, is not here`, {
      hint: 'Install it (https://github.com/anchore/syft), or leave the option out.',
    });
  }
  return async (archive, file, signal) => {
    const command = ['syft', 'scan', `docker-archive:${archive}`, '--quiet', '--output', `spdx-json=${file}`];
    const end = await runProgram(command, { env, signal });
    if (end.exitCode !== 0) throw new Error(`syft: ${lastLine(end.stderr) || `exit code ${end.exitCode}`}`);
  };
}
