import { basename } from 'node:path';
import type { BuildEvent, Emit, FilesEvent } from '../../build/events.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import type { Application } from '../config/apply.ts';
import type { Context } from '../context.ts';
import { chooseDashboard } from '../dashboard/choose.ts';

/** Where a build's events go while it runs, and what comes after it. */
export interface BuildView {
  readonly emit: Emit;
  /** Absent where no files are shown. */
  readonly onFiles?: (event: FilesEvent) => void;
  /** Aborts when the build is cancelled. */
  readonly signal: AbortSignal;
  close(ok: boolean): Promise<void>;
}

/**
 * The face of a build or, with --ui on a terminal, the dashboard before it: that stays open after a failure until the user
 * quits, and then the face tells the build's end.
 */
export async function openBuildView(
  application: Application,
  context: Context,
  { emit, cancelled }: { readonly emit: Emit; readonly cancelled: AbortSignal },
): Promise<BuildView> {
  const { stay, ui, asDockerfile, dryRun } = application.options;
  const wanted = (stay || ui) && asDockerfile === undefined && !dryRun;
  const dashboard = wanted
    ? await chooseDashboard(application.options, context, { title: 'sti build', names: [nameOf(application)] })
    : undefined;
  const app = dashboard?.apps[0];
  if (dashboard === undefined || app === undefined) return { emit, signal: cancelled, close: async () => {} };
  const signal = AbortSignal.any([cancelled, dashboard.signal]);
  let end: BuildEvent | undefined;
  signal.addEventListener('abort', () => dashboard.announceEnd('the build is being cancelled'), { once: true });
  return {
    emit(event) {
      if (event.type === 'build-finished') end = event;
      return app.emit(event);
    },
    onFiles: (event) => void app.emit(event),
    signal,
    async close(ok) {
      if (stay || !ok) await aborted(signal);
      dashboard.close();
      if (end !== undefined) await emit(end);
      // A build that was under way has ended with it; one that was over before hasn't.
      if (dashboard.failure !== undefined && messageOfEnd(end) !== dashboard.failure.message) throw dashboard.failure;
    },
  };
}

function messageOfEnd(end: BuildEvent | undefined): string | undefined {
  return end?.type === 'build-finished' && !end.outcome.ok ? end.outcome.error.message : undefined;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function nameOf({ source, tag }: Application): string {
  return tag === undefined ? basename(source) : formatReference(tag);
}
