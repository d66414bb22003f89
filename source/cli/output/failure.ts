import type { StiError } from '../../errors.ts';
import { createPaint, wantsColour } from '../../terminal/colours.ts';
import type { Context } from '../context.ts';
import { describeFailure } from './closing/build.ts';
import { createJson } from './json.ts';
import { createWrite } from './write.ts';

/** Says why a command failed that has no face, or failed before it had one. */
export async function reportFailure(
  error: StiError,
  { env, stdout, stderr }: Pick<Context, 'env' | 'stdout' | 'stderr'>,
  options: { readonly json: boolean; readonly verbose: boolean },
): Promise<void> {
  const { verbose } = options;
  // What broke off is stdout, most likely.
  if (options.json && error.code !== 'output') {
    const outcome = { ok: false, error, tagKept: null } as const;
    return createJson(stdout)({ type: 'build-finished', at: Date.now(), ms: 0, outcome });
  }
  const colour = wantsColour(env, stderr);
  const text = describeFailure(error, { paint: createPaint(colour), colour, verbose, tagKept: null });
  await createWrite(stderr)(text);
}
