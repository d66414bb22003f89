import type { DevControls } from '../../dev/controls.ts';
import type { DevEmit, DevEvent } from '../../dev/events.ts';
import type { StiError } from '../../errors.ts';
import { wantsColour } from '../../terminal/colours.ts';
import type { Context } from '../context.ts';
import type { AppFace, DashboardFace } from '../dashboard/dashboard.ts';
import type { OptionValues } from '../options/table.ts';
import { createDevLines } from './dev-lines.ts';
import { reportFailure } from './failure.ts';
import { createJson } from './json.ts';
import { createLines } from './lines.ts';

/** What one application of `sti dev` is shown by. */
export interface DevCommandFace {
  readonly emit: DevEmit;
  readonly onControls?: (controls: DevControls) => void;
  /** Resolves to whether what ended with this failure is to be tried again; absent: never. */
  readonly mayTryAgain?: (failure: StiError, signal: AbortSignal) => Promise<boolean>;
  /** Tells the end; on the normal screen, if there was another. */
  close(failure: StiError | undefined): Promise<void>;
}

/** Lines, or JSON events. */
export function lineFace(
  { progress, verbose }: Pick<OptionValues, 'progress' | 'verbose'>,
  context: Context,
): DevCommandFace {
  const { stderr, stdout, env } = context;
  const json = progress === 'json';
  const colour = wantsColour(env, stderr);
  const lines = createLines({ stderr, stdout, verbose, quiet: false, colour, engine: () => 'docker' });
  return {
    emit: json ? createJson(stdout) : createDevLines(lines, { verbose }),
    async close(failure) {
      lines.close();
      if (failure !== undefined) await reportFailure(failure, context, { json, verbose });
    },
  };
}

/** An application in the dashboard; its summary and its failure are told as lines once the dashboard is closed. */
export interface AppDashboardFace extends DevCommandFace {
  tellEnd(lines: DevCommandFace): Promise<void>;
}

/** @param several one that can't start then waits in the list until it's asked to try again */
export function dashboardFace(
  app: AppFace,
  { several, announceEnd }: { readonly several: boolean } & Pick<DashboardFace, 'announceEnd'>,
): AppDashboardFace {
  let finished: DevEvent | undefined;
  let failure: StiError | undefined;
  return {
    onControls: app.onControls,
    emit(event) {
      if (event.type === 'dev-finished') finished = event;
      if (event.type === 'dev-ending' && event.image !== null)
        announceEnd(`the image of build ${event.image} is being made`);
      return app.emit(event);
    },
    ...(several && { mayTryAgain: (thrown, signal) => untilAsked(app, thrown, signal) }),
    async close(thrown) {
      failure = thrown;
    },
    async tellEnd(lines) {
      if (finished !== undefined) await lines.emit(finished);
      await lines.close(failure);
    },
  };
}

async function untilAsked({ emit, onControls }: AppFace, failure: StiError, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const { code, message, hint } = failure;
  await emit({ type: 'dev-interrupted', at: Date.now(), code, message, hint, until: 'asked again', serving: null });
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
    const again = () => resolve(true);
    const nothing = () => {};
    onControls({
      buildNow: again,
      buildClean: again,
      restart: again,
      pause: nothing,
      shellTarget: () => undefined,
      observe: { inspect: async () => undefined, usage: async () => undefined },
    });
  });
}
