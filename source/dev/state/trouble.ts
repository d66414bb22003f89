import { tellingLine } from '../logs/error-lines.ts';
import { currentBuild, describeStill } from './select.ts';
import type { DevState } from './state.ts';

/** What went wrong and is not over, for somebody who has to do something about it. */
export interface Trouble {
  /** What failed. */
  readonly what: string;
  /** The line of its output that says most; it may be out of sight. */
  readonly cause: string | undefined;
  /** What to try. */
  readonly hint: string | undefined;
  /** What is served all the same. */
  readonly still: string;
}

export function troubleOf(state: DevState): Trouble | undefined {
  const { interrupted, exited, finished } = state;
  if (finished === 'built' || typeof finished === 'object') return undefined;
  if (interrupted !== undefined) {
    const { code, message, until, hint } = interrupted;
    const isAway = code === 'engine-lost';
    const look = isAway ? 'Check whether the engine still runs (docker info). ' : '';
    const meanwhile = `${look}Saves made meanwhile are built as soon as it is over.`;
    const advice = until === 'asked again' ? `${hint ?? 'Fix what it says.'} Then press b.` : meanwhile;
    const what = isAway ? 'the engine does not answer' : message;
    return { what, cause: isAway ? whyAway(message) : undefined, hint: advice, still: stillOf(state) };
  }
  const build = currentBuild(state);
  if (build?.end === 'failed') {
    const { message = 'it failed', hint, lastLines = [] } = build.failure ?? {};
    return {
      what: message,
      cause: tellingLine(lastLines),
      hint,
      still: finished === 'failed' ? '' : stillOf(state),
    };
  }
  if (exited === undefined || build?.end === 'running') return undefined;
  return {
    what: `the application ended with exit code ${exited.exitCode}`,
    cause: tellingLine(exited.lastLines),
    hint: 'Read its last lines. r starts it again, as does the next save.',
    still: stillOf(state),
  };
}

/** The reason first: addresses are long. */
function whyAway(message: string): string {
  return message.replace(/^the engine at (\S+) does not answer: (.*)$/s, '$2 ($1)');
}

function stillOf(state: DevState): string {
  const url = state.serving?.urls[0];
  return describeStill(state) + (url === undefined ? '' : ` at ${url}`);
}
