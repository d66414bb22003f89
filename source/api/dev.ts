import { redactError } from '../build/redact-event.ts';
import { developApplication } from '../cli/wiring/dev.ts';
import type { DevEvent } from '../dev/events.ts';
import { toStiError } from '../errors.ts';
import { Secrets } from '../protocol/secrets.ts';
import { cancelledBy, ownHost } from './host.ts';
import type { DevOptions } from './options.ts';
import { readRequest } from './request.ts';
import type { RunOptions } from './run-options.ts';

/**
 * Builds and serves an application, and does so again with every save, as `sti dev` does. Resolves when the signal aborts,
 * or with `once` when the application is ready; nothing is left then. Rejects with a {@link StiError} when it can't go on.
 */
export async function dev(
  options: DevOptions,
  { onEvent = () => {}, signal }: RunOptions<DevEvent> = {},
): Promise<void> {
  const host = ownHost();
  const secrets = new Secrets();
  try {
    const read = () => readRequest('dev', options, host);
    const outcome = await developApplication(read, host, { emit: onEvent, signal: cancelledBy(signal), secrets });
    if (!outcome.ok) throw outcome.error;
  } catch (thrown) {
    throw redactError(toStiError(thrown), secrets.redact);
  }
}
