import type { Emit } from '../build/events.ts';
import { StiError } from '../errors.ts';
import { wantsColour } from './ansi.ts';
import { optionSwitch, optionValue, type ParsedOptions } from './command.ts';
import type { Context } from './context.ts';
import { createJson } from './json.ts';
import { createLines } from './lines.ts';

/**
 * The face that the command line asks for.
 * @throws StiError `usage` when it asks for two
 */
export function chooseFace(
  options: ParsedOptions,
  { env, stderr, stdout }: Pick<Context, 'env' | 'stderr' | 'stdout'>,
  { redact, engine }: { redact: (text: string) => string; engine: () => 'docker' | 'podman' },
): Emit {
  const quiet = optionSwitch(options, 'quiet') === true;
  if (optionValue(options, 'progress') === 'json') {
    if (!quiet) return createJson(stdout, redact);
    throw new StiError('usage', '--quiet and --progress json exclude each other', { hint: 'Leave one of them out.' });
  }
  const verbose = optionSwitch(options, 'verbose') === true;
  return createLines({ stderr, stdout, verbose, quiet, colour: wantsColour(env, stderr), redact, engine }).emit;
}
