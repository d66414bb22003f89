import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Gives files the label that the engine gave to the mounted folder: a file keeps the label of the place where it was made
 * when it is renamed, and the container couldn't read it.
 */
export async function relabelLike(reference: string, paths: readonly string[]): Promise<void> {
  if (paths.length > 0)
    await run('chcon', ['--recursive', '--no-dereference', `--reference=${reference}`, '--', ...paths]);
}
