import type { BuildEvent, BuildResult } from '../build/events.ts';
import { redactError, redactOutcome } from '../build/redact-event.ts';
import { buildApplication } from '../cli/wiring/build.ts';
import { toStiError } from '../errors.ts';
import { Secrets } from '../protocol/secrets.ts';
import { cancelledBy, ownHost } from './host.ts';
import type { BuildOptions } from './options.ts';
import { readRequest } from './request.ts';
import type { RunOptions } from './run-options.ts';

/**
 * Builds an image, as `sti build` does.
 * Rejects with a {@link StiError} that says what failed; then nothing is left, and the tag is where it was, unless it failed
 * after that (`export`, `push`): then the tag names the new image.
 */
export async function build(
  options: BuildOptions,
  { onEvent = () => {}, signal }: RunOptions<BuildEvent> = {},
): Promise<BuildResult> {
  const host = ownHost();
  const secrets = new Secrets();
  const cancelled = cancelledBy(signal);
  try {
    const application = await readRequest('build', options, host);
    const run = { emit: onEvent, signal: cancelled, secrets };
    const outcome = redactOutcome(await buildApplication(application, host, run), secrets.redact);
    if (!outcome.ok) throw outcome.error;
    return outcome.result;
  } catch (thrown) {
    throw redactError(toStiError(cancelled.aborted ? cancelled.reason : thrown), secrets.redact);
  }
}
