import type { DevControls } from '../dev/controls.ts';
import type { DevEmit, DevEvent } from '../dev/events.ts';
import type { StiError } from '../errors.ts';
import { wantsColour } from './ansi.ts';
import { optionSwitch, optionValue, type ParsedOptions } from './command.ts';
import type { Context } from './context.ts';
import type { AppFace } from './dashboard.ts';
import { createDevLines } from './dev-lines.ts';
import { createJson } from './json.ts';
import { createLines } from './lines.ts';
import { reportFailure } from './report.ts';
import type { Secrets } from './secrets.ts';

/** What one application of `sti dev` is shown by. */
export interface DevCommandFace {
  readonly emit: DevEmit;
  readonly onControls?: (controls: DevControls) => void;
  /** Tells the end; on the normal screen, if there was another. */
  close(failure: StiError | undefined): Promise<void>;
}

/** Lines, or JSON events. */
export function lineFace(options: ParsedOptions, context: Context, { redact }: Secrets): DevCommandFace {
  const { stderr, stdout, env } = context;
  const verbose = optionSwitch(options, 'verbose') === true;
  const json = optionValue(options, 'progress') === 'json';
  const colour = wantsColour(env, stderr);
  const lines = createLines({ stderr, stdout, verbose, quiet: false, colour, redact, engine: () => 'docker' });
  return {
    emit: json ? createJson(stdout, redact) : createDevLines(lines),
    async close(failure) {
      lines.close();
      if (failure !== undefined) await reportFailure(failure, context, { json, verbose, redact });
    },
  };
}

/** An application in the dashboard; its summary and its failure are told as lines once the dashboard is closed. */
export interface AppDashboardFace extends DevCommandFace {
  tellEnd(lines: DevCommandFace): Promise<void>;
}

export function dashboardFace(app: AppFace): AppDashboardFace {
  let finished: DevEvent | undefined;
  let failure: StiError | undefined;
  return {
    onControls: app.onControls,
    emit(event) {
      if (event.type === 'dev-finished') finished = event;
      return app.emit(event);
    },
    async close(thrown) {
      failure = thrown;
    },
    async tellEnd(lines) {
      if (finished !== undefined) await lines.emit(finished);
      await lines.close(failure);
    },
  };
}
