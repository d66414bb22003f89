import type { StepName } from '../../build/events.ts';
import type { DevEvent } from '../events.ts';
import { currentBuild, shortDuration } from '../state/select.ts';
import type { DevState } from '../state/state.ts';
import type { LogBuffer } from './log-buffer.ts';
import type { LogSource } from './log-line.ts';

/** Puts into the log what an event has to say there: a script's output, or a line of sti's own. */
export function writeLog(log: LogBuffer, event: DevEvent, before: DevState, after: DevState): void {
  const build = currentBuild(after)?.number ?? 0;
  if (event.type === 'log') {
    const source = sourceOf(event.step);
    const owner = source === 'app' ? ownerOfApp(before) : build;
    log.append({ text: event.text, source, stream: event.stream, build: owner, at: event.at });
    return;
  }
  const text = ownLine(event);
  if (text === undefined) return;
  const cycle = 'cycle' in event ? event.cycle : build;
  log.append({ text: `${text}\n`, source: 'sti', stream: 'sti', build: cycle, at: event.at });
}

function sourceOf(step: StepName): LogSource {
  if (step === 'assemble') return 'assemble';
  return step === 'run' ? 'app' : 'sti';
}

/** Until a new version is served what an application prints is most likely that of the one before. */
function ownerOfApp(state: DevState): number {
  const build = currentBuild(state);
  const starting = build?.steps.some(({ name, status }) => name === 'run' && status === 'running');
  return starting ? (build?.number ?? 0) : (state.serving?.cycle ?? build?.number ?? 0);
}

function ownLine(event: DevEvent): string | undefined {
  switch (event.type) {
    case 'warning':
      return `warning: ${event.message}`;
    case 'cycle-started':
      return event.changed > 0
        ? `build ${event.cycle}: ${event.changes.join(', ')}`
        : `build ${event.cycle}: ${event.why}`;
    case 'cycle-waiting':
      return `build ${event.cycle}: waits for its turn to assemble (--jobs)`;
    case 'cycle-superseded':
      return `build ${event.cycle}: superseded by a newer save`;
    case 'cycle-served':
      return `build ${event.cycle} is served after ${shortDuration(event.ms)} (${event.path}: ${event.why})`;
    case 'cycle-failed':
      return failure(`build ${event.cycle} failed: ${event.message}`, event.hint);
    case 'build-finished':
      return event.outcome.ok ? undefined : failure(event.outcome.error.message, event.outcome.error.hint);
    case 'app-exited':
      return `the application ended with exit code ${event.exitCode}`;
    case 'image-tagged':
      return `${event.tag} is build ${event.cycle}`;
    case 'watching':
      return event.paused ? 'watching is paused' : 'watching again';
    case 'step-finished':
      return event.ok ? `${event.step}: ${event.summary}` : `${event.step} failed: ${event.summary}`;
    default:
      return undefined;
  }
}

function failure(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\nTry: ${hint}`;
}
