import type { BuildEvent, Emit } from '../../build/events.ts';
import { StiError } from '../../errors.ts';
import { wantsColour } from '../../terminal/colours.ts';
import type { Context } from '../context.ts';
import type { OptionValues } from '../options/table.ts';
import { reportFailure } from './failure.ts';
import { createJson } from './json.ts';
import { createLines } from './lines.ts';

/**
 * The face that the command line asks for.
 * @throws StiError `usage` when it asks for two
 */
export function chooseFace(
  options: Pick<OptionValues, 'progress' | 'quiet' | 'verbose' | 'loglevel'>,
  context: Pick<Context, 'env' | 'stderr' | 'stdout'>,
  engine: () => 'docker' | 'podman',
): Emit {
  const { env, stderr, stdout } = context;
  const { progress, quiet } = options;
  const verbose = isVerbose(options);
  if (progress === 'json') {
    if (!quiet) return jsonFace(context);
    throw new StiError('usage', '--quiet and --progress json cannot be used together', {
      hint: 'Leave one of them out.',
    });
  }
  return createLines({ stderr, stdout, verbose, quiet, colour: wantsColour(env, stderr), engine }).emit;
}

/** In sti's words or in s2i's. */
export function isVerbose({ verbose, loglevel = 0 }: Pick<OptionValues, 'verbose' | 'loglevel'>): boolean {
  return verbose || loglevel > 0;
}

/** JSON events. Those may be what can't be written, so that failure is words for stderr too. */
function jsonFace(context: Pick<Context, 'env' | 'stderr' | 'stdout'>): Emit {
  const emit = createJson(context.stdout);
  const tell = async (event: BuildEvent, error: StiError) => {
    await emit(event);
    await reportFailure(error, context, { json: false, verbose: false });
  };
  return (event) => {
    const error = event.type === 'build-finished' && !event.outcome.ok ? event.outcome.error : undefined;
    return error?.code === 'output' ? tell(event, error) : emit(event);
  };
}
