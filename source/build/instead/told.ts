import { toStiError } from '../../errors.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import type { HostEnvironment } from '../context.ts';
import type { BuildEvent, BuildOutcome } from '../events.ts';
import { redacting } from '../redact-event.ts';
import type { BuildRequest } from '../request.ts';

/** How something ended that makes no image: it's told by the last event. */
export type ToldOutcome = { readonly ok: true } | Extract<BuildOutcome, { ok: false }>;

/**
 * Runs what is done instead of a build and is told like one: never rejects, emits the beginning and the end, which is
 * what `work` gives or the failure. `at` and `ms` of the end are filled in.
 */
export async function toldAsBuild(
  { source, builder, tag }: BuildRequest,
  host: HostEnvironment,
  work: (host: HostEnvironment) => Promise<EndOf<'planned'> | EndOf<'dockerfile-written'>>,
): Promise<ToldOutcome> {
  const started = Date.now();
  const emit = redacting(host.emit, host.secrets.redact);
  const named = { builder: formatReference(builder), tag: tag === undefined ? null : formatReference(tag) };
  await emit({ type: 'build-started', at: started, source, ...named });
  const times = () => ({ at: Date.now(), ms: Date.now() - started });
  try {
    const end = await work({ ...host, emit });
    await emit({ ...end, ...times() });
    return { ok: true };
  } catch (thrown) {
    const error = toStiError(host.signal.aborted ? host.signal.reason : thrown);
    const outcome = { ok: false, error, tagKept: null } as const;
    await emit({ type: 'build-finished', ...times(), outcome });
    return outcome;
  }
}

type EndOf<Type extends BuildEvent['type']> = Omit<Extract<BuildEvent, { type: Type }>, 'at' | 'ms'>;
