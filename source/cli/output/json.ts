import type { DevEvent } from '../../dev/events.ts';
import { StiError } from '../../errors.ts';
import type { RunEvent } from '../../run/attached.ts';
import type { Output } from '../../terminal/output.ts';
import { createWrite } from './write.ts';

/** The face for programs (`--progress json`): one event a line on stdout. Of a script's output it has the text as it came. */
export function createJson(stdout: Output): (event: DevEvent | RunEvent) => void | Promise<void> {
  const write = createWrite(stdout);
  return (event) => {
    if (event.type !== 'log') return write(eventJson(event));
    const { lines, open, ...piece } = event;
    return piece.text === '' ? undefined : write(eventJson(piece));
  };
}

/** JSON leaves these as they are, and a terminal that the line is shown on obeys them. */
const unescaped = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function eventJson(event: DevEvent | RunEvent | Omit<DevEvent & { type: 'log' }, 'lines' | 'open'>): string {
  const text = JSON.stringify(event, (_key, value: unknown) => {
    if (!(value instanceof StiError)) return value;
    const { code, message, hint, exitCode, lastLines } = value;
    return { code, message, hint, exitCode, lastLines };
  });
  return `${text.replace(unescaped, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
