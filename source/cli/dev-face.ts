import type { DevControls } from '../dev/controls.ts';
import type { DevEmit, DevEvent } from '../dev/events.ts';
import type { StiError } from '../errors.ts';
import { wantsColour } from './ansi.ts';
import { optionSwitch, optionValue, type ParsedOptions } from './command.ts';
import type { Context } from './context.ts';
import type { DashboardFace } from './dashboard.ts';
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

/** One application in the dashboard; its summary and its failure come as lines once the dashboard is closed. */
export function dashboardFace(dashboard: DashboardFace, index: number, lines: DevCommandFace): DevCommandFace {
  const app = dashboard.apps[index];
  if (app === undefined) return lines;
  let finished: DevEvent | undefined;
  return {
    onControls: app.onControls,
    emit(event) {
      if (event.type === 'dev-finished') finished = event;
      return app.emit(event);
    },
    async close(failure) {
      if (finished !== undefined) await lines.emit(finished);
      await lines.close(failure);
    },
  };
}
