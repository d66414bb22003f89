import type { StepName } from '../../build/events.ts';
import { sanitize } from '../../terminal/sanitize.ts';
import type { DevEvent } from '../events.ts';
import type { LogBuffer } from '../logs/log-buffer.ts';
import type { LogSource } from '../logs/log-line.ts';
import { describeRequest } from './requests.ts';
import { currentBuild, shortDuration } from './select.ts';
import type { DevState } from './state.ts';

/** Puts into the log what an event has to say there: a script's output, or a line of sti's own. */
export function writeLog(log: LogBuffer, event: DevEvent, before: DevState, after: DevState): void {
  const build = currentBuild(after)?.number ?? 0;
  if (event.type === 'log') {
    const source = sourceOf(event.step);
    const owner = source === 'app' ? ownerOfApp(before) : build;
    const { stream, lines, open, at } = event;
    log.append({ lines, open, source, stream, build: owner, at });
    return;
  }
  const said = ownLine(event);
  if (said === undefined) return;
  const [source, text] = said;
  const cycle = 'cycle' in event ? event.cycle : event.type === 'request' ? (event.version ?? build) : build;
  const lines = sanitize(text).split('\n');
  log.append({ lines, open: '', source, stream: 'sti', build: cycle, at: event.at });
}

function sourceOf(step: StepName): LogSource {
  if (step === 'assemble') return 'assemble';
  return step === 'run' ? 'app' : 'detail';
}

/** Until a new version is served what an application prints is most likely that of the one before. */
function ownerOfApp(state: DevState): number {
  const build = currentBuild(state);
  const starting = build?.steps.some(({ name, status }) => name === 'run' && status === 'running');
  return starting ? (build?.number ?? 0) : (state.serving?.cycle ?? build?.number ?? 0);
}

/** sti's own words: those of `build` begin and end a build, and what is in `detail` is there for who asks for it. */
function ownLine(event: DevEvent): readonly [LogSource, string] | undefined {
  switch (event.type) {
    case 'warning':
      return ['sti', `warning: ${event.message}`];
    case 'cycle-started':
      return ['build', `${event.cycle} · ${event.changed > 0 ? describeChanges(event) : event.why}`];
    case 'cycle-waiting':
      return ['sti', `build ${event.cycle} waits for its turn to assemble (--jobs)`];
    case 'cycle-superseded':
      return ['build', `↷ ${event.cycle} superseded by a newer save: ${event.why}`];
    case 'save-waiting':
      return ['sti', `the save waits: ${event.why}`];
    case 'cycle-served':
      return ['build', `✔ ${event.cycle} served in ${shortDuration(event.ms)} · ${event.path}: ${event.why}`];
    case 'cycle-failed':
      return ['build', `✘ ${event.cycle} failed: ${event.message}`];
    case 'build-finished':
      return event.outcome.ok ? undefined : ['sti', failure(event.outcome.error.message, event.outcome.error.hint)];
    case 'dev-interrupted': {
      const meanwhile = event.until === 'asked again' ? '' : '; waiting for it';
      return ['sti', failure(event.message + meanwhile, event.hint)];
    }
    case 'app-exited':
      return ['sti', `the application ended with exit code ${event.exitCode}`];
    case 'image-tagged':
      return ['detail', `${event.tag} is build ${event.cycle}`];
    case 'watching':
      return ['sti', event.paused ? 'watching is paused' : 'watching again'];
    case 'learned':
      return ['sti', event.kinds.map(({ what, to }) => `learned: ${what} is only copied, to ${to}/`).join('\n')];
    case 'unlearned':
      return ['sti', `unlearned: ${event.kinds.join(', ')}: ${event.why}`];
    case 'not-learned':
      return ['detail', nothingLearned(event)];
    case 'corrected':
      return ['sti', `build ${event.cycle} was served wrong for ${shortDuration(event.ms)}: ${event.why}`];
    case 'proven':
      return ['detail', `build ${event.cycle} is what assemble makes of it`];
    case 'request':
      return ['request', describeRequest(event)];
    case 'step-finished':
      return ['detail', event.ok ? `${event.step}: ${event.summary}` : `${event.step} failed: ${event.summary}`];
    default:
      return undefined;
  }
}

function nothingLearned({ cycle, kinds, why }: DevEvent & { type: 'not-learned' }): string {
  return `nothing learned${kinds.length === 0 ? '' : ` of ${kinds.join(', ')}`} from build ${cycle}: ${why}`;
}

function describeChanges({ changes, changed }: DevEvent & { type: 'cycle-started' }): string {
  const [first = '', ...others] = changes;
  const more = changed - 1;
  return more <= 0 ? first : more === 1 && others[0] !== undefined ? `${first}, ${others[0]}` : `${first} +${more}`;
}

function failure(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\nTry: ${hint}`;
}
