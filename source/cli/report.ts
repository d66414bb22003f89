import type { StiError } from '../errors.ts';
import { createPaint, wantsColour } from './ansi.ts';
import { describeFailure } from './closing.ts';
import type { Context } from './context.ts';
import { createJson } from './json.ts';
import { createWrite } from './output.ts';

/** Says why a command failed that has no face, or failed before it had one. */
export async function reportFailure(
  error: StiError,
  { env, stdout, stderr }: Pick<Context, 'env' | 'stdout' | 'stderr'>,
  options: { readonly json: boolean; readonly verbose: boolean; readonly redact: (text: string) => string },
): Promise<void> {
  const { redact, verbose } = options;
  if (options.json) {
    const outcome = { ok: false, error, tagKept: null } as const;
    return createJson(stdout, redact)({ type: 'build-finished', at: Date.now(), ms: 0, outcome });
  }
  const colour = wantsColour(env, stderr);
  const text = describeFailure(error, { paint: createPaint(colour), colour, verbose, redact, tagKept: null });
  await createWrite(stderr)(text);
}
