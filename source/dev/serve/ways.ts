import type { ServedEvent } from '../events.ts';
import type { CommittedImage } from '../image/commit.ts';
import type { State } from '../image/state.ts';
import type { Standby } from '../standby/pool.ts';
import { serveOnBuild } from './on-build.ts';
import { type ServeTools, serveFrom, takeStandby } from './serve.ts';
import type { SyncedServing } from './synced.ts';

/** How a state came to be served, and why so. */
export interface Way extends Pick<ServedEvent, 'path' | 'why' | 'assembled'> {
  /** Milliseconds since the epoch, where that was before now. */
  readonly since?: number;
}

type Outcome =
  | {
      readonly end: 'served';
      readonly way: Way;
      /** Made on the way, not tagged yet. */
      readonly image: CommittedImage | undefined;
    }
  | { readonly end: 'assemble failed'; readonly error: unknown; readonly standby: Standby }
  | { readonly end: 'abandoned' };

/** Serves a state in the fastest way that is right for it. */
export async function serveState(
  tools: ServeTools,
  synced: SyncedServing,
  state: State,
  how: {
    readonly isSave: boolean;
    readonly abandoned: AbortSignal;
    /** It has a container, in which it is to be assembled. */
    readonly onOpened: () => void;
  },
): Promise<Outcome> {
  if (state.inputs.isOnBuild) {
    how.onOpened();
    const outcome = await serveOnBuild(tools, state, how.abandoned);
    if (outcome.end === 'abandoned') return outcome;
    const { path, why, image } = outcome;
    synced.served(state);
    return { end: 'served', way: { path, why }, image };
  }
  const tried = how.isSave ? await synced.serve(state, how.abandoned) : undefined;
  if (tried?.end === 'abandoned') return tried;
  if (tried?.end === 'served') {
    synced.served(state);
    const { end, ...way } = tried;
    return { end, way, image: undefined };
  }
  const standby = await takeStandby(tools, state, how.abandoned);
  how.onOpened();
  const outcome = await serveFrom(tools, standby, state, how.abandoned);
  if (outcome.end === 'abandoned') return outcome;
  if (outcome.end === 'unfit') return serveState(tools, synced, state, how);
  if (outcome.end === 'assemble failed') return { ...outcome, standby };
  const { path, why, image, assembleMs } = outcome;
  synced.assembled(assembleMs);
  synced.served(state);
  return { end: 'served', way: { path, why, ...(tried && { assembled: tried.why }) }, image };
}
