import type { StepName } from '../../build/events.ts';
import type { BuildState, DevState, StepState } from './state.ts';

/** Builds that are looked back at for what a step usually takes. */
const lookedAt = 10;

/** What this step took in most of the builds before; undefined until two have told. */
export function usualTime({ builds }: DevState, name: StepName, except: number): number | undefined {
  const times = builds
    .filter(({ number, end }) => number !== except && (end === 'served' || end === 'built'))
    .slice(-lookedAt)
    .flatMap(({ steps }) => steps.find((step) => step.name === name && step.status === 'ok')?.ms ?? [])
    .toSorted((a, b) => a - b);
  return times.length < 2 ? undefined : times[times.length >> 1];
}

/** Whether nobody who saved waited for this step: it began once the new version was served. */
export function comesAfterSave(build: BuildState | undefined, step: StepState): boolean {
  return build?.end === 'served' && build.ms !== undefined && step.startedAt >= build.at + build.ms;
}

/** What is worth telling of the time that no step had; milliseconds. */
const worthTelling = { ms: 5, share: 0.05 };

/** Of the time from the save to being served what no step had; 0: nothing to speak of, or steps went side by side. */
export function timeBetween(build: BuildState): number {
  const steps = build.steps.filter((step) => !comesAfterSave(build, step));
  const rest = (build.ms ?? 0) - steps.reduce((sum, { ms = 0 }) => sum + ms, 0);
  return rest >= worthTelling.ms && rest >= (build.ms ?? 0) * worthTelling.share ? rest : 0;
}

/** Save to served of the last builds that were served, oldest first. */
export function servedTimes({ builds }: DevState, count: number): readonly number[] {
  return builds.flatMap(({ end, ms }) => (end === 'served' && ms !== undefined ? [ms] : [])).slice(-count);
}

/** How long ago: `now`, `24 s`, `2 m`, `3 h`, `2 d`. */
export function describeAge(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** `about 5 s` */
export function roughly(ms: number): string {
  if (ms < 1000) return `about ${Math.max(10, Math.round(ms / 10) * 10)} ms`;
  return ms < 60_000 ? `about ${Math.round(ms / 1000)} s` : `about ${Math.round(ms / 60_000)} m`;
}
