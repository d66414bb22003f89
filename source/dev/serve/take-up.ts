import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks. */
const pauseMs = 20;
/** An application that takes up files by starting anew has begun to by then, as long as nothing else was seen of it; ms. */
const shortest = 300;
/** Nobody waits longer for that. ms */
const longest = 3_000;

/** How an application took a change up. */
export interface TakenUp {
  /** Since when it has answered without a break; milliseconds from the change on. */
  readonly answersAfter: number;
  /** When it first did not answer; undefined: it always did. */
  readonly silentAfter: number | undefined;
}

/**
 * Resolves when an application that files were put into has answered without a break for so long that it is the new version
 * that answers: an old one may go on for a moment before it starts anew, and a new one may break a moment later. Rejects with
 * the signal's reason.
 *
 * @param isUp whether it answers now
 * @param patience milliseconds; see `patienceAfter`
 */
export async function takenUp(isUp: () => Promise<boolean>, patience: number, signal: AbortSignal): Promise<TakenUp> {
  const began = performance.now();
  let answersAfter: number | undefined = 0;
  let silentAfter: number | undefined;
  for (;;) {
    const answers = await isUp();
    signal.throwIfAborted();
    const now = performance.now() - began;
    if (answers) answersAfter ??= now;
    else {
      answersAfter = undefined;
      silentAfter ??= now;
    }
    if (answersAfter !== undefined && now - answersAfter >= patience) return { answersAfter, silentAfter };
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** How long to look at an application, whose restarts began so long after the files were there. */
export function patienceAfter(silences: readonly number[]): number {
  return Math.min(Math.max(shortest, ...silences.map((ms) => 1.5 * ms)), longest);
}
