import type { DevEvent } from '../dev/events.ts';
import { StiError } from '../errors.ts';

/** The event without the secrets. What a script prints is its own affair and stays. */
export function redactEvent(event: DevEvent, redact: (text: string) => string): DevEvent {
  switch (event.type) {
    case 'build-started':
    case 'dev-started':
      return { ...event, source: redact(event.source), builder: redact(event.builder) };
    case 'step-finished':
      return { ...event, summary: redact(event.summary) };
    case 'status':
      return { ...event, text: redact(event.text) };
    case 'warning':
      return { ...event, message: redact(event.message) };
    case 'cycle-failed': {
      const { message, hint } = event;
      return { ...event, message: redact(message), hint: hint === undefined ? undefined : redact(hint) };
    }
    case 'build-finished':
      if (event.outcome.ok) return event;
      return { ...event, outcome: { ...event.outcome, error: redactError(event.outcome.error, redact) } };
    default:
      return event;
  }
}

function redactError(error: StiError, redact: (text: string) => string): StiError {
  const { code, message, hint, lastLines } = error;
  const details = { lastLines, cause: error, ...(hint !== undefined && { hint: redact(hint) }) };
  // The exit code of a cancelled build is its signal's, and is told by the error as it came.
  return new StiError(code === 'cancelled' ? 'bug' : code, redact(message), details);
}
