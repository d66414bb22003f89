import type { DevEmit, DevEvent } from '../dev/events.ts';
import { StiError } from '../errors.ts';
import type { Output } from './context.ts';
import { createWrite } from './output.ts';

/** The face for programs (`--progress json`): one event a line on stdout, as it is, without the secrets. */
export function createJson(stdout: Output, redact: (text: string) => string): DevEmit {
  const write = createWrite(stdout);
  return (event) => write(`${eventJson(event, redact)}\n`);
}

/** Their values are words of the events' own, by which programs know them: no secret, even where one is the same word. */
const words: ReadonlySet<string> = new Set(['type', 'step', 'stream', 'kind', 'code']);

function eventJson(event: DevEvent, redact: (text: string) => string): string {
  // What a script prints is its own affair and goes out untouched.
  const isLog = event.type === 'log';
  return JSON.stringify(event, (key, value: unknown) => {
    if (value instanceof StiError) {
      const { code, message, hint, exitCode, lastLines } = value;
      return { code, message, hint, exitCode, lastLines };
    }
    return typeof value === 'string' && !isLog && !words.has(key) ? redact(value) : value;
  });
}
