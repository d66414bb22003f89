import type { DevEvent } from '../dev/events.ts';
import { StiError } from '../errors.ts';

type Redact = (text: string) => string;

/**
 * The event without the secrets. What a script prints is its own affair and stays, and so do words that name something to
 * the engine or the browser: the tag, the image, the addresses.
 */
export function redactEvent(event: DevEvent, redact: Redact): DevEvent {
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
    case 'cycle-started':
      return { ...event, why: redact(event.why), changes: event.changes.map(redact) };
    case 'cycle-served':
      return { ...event, why: redact(event.why) };
    case 'cycle-failed': {
      const { message, hint, lastLines } = event;
      return { ...event, message: redact(message), lastLines: lastLines.map(redact), hint: hint && redact(hint) };
    }
    case 'app-exited':
      return { ...event, lastLines: event.lastLines.map(redact) };
    case 'artifacts-saved':
      return { ...event, from: redact(event.from), entries: redactPaths(event.entries, redact) };
    case 'image-compared':
      return { ...event, changes: redactPaths(event.changes, redact) };
    case 'build-finished':
      if (event.outcome.ok) return event;
      return { ...event, outcome: { ...event.outcome, error: redactError(event.outcome.error, redact) } };
    case 'log':
    case 'step-started':
    case 'cycle-waiting':
    case 'cycle-superseded':
    case 'image-tagged':
    case 'watching':
    case 'dev-ending':
    case 'dev-finished':
      return event;
  }
}

function redactPaths<File extends { readonly path: string }>(files: readonly File[], redact: Redact): File[] {
  return files.map((file) => ({ ...file, path: redact(file.path) }));
}

function redactError(error: StiError, redact: Redact): StiError {
  const { code, message, hint } = error;
  const lastLines = error.lastLines.map(redact);
  const details = { lastLines, cause: error, ...(hint !== undefined && { hint: redact(hint) }) };
  // The exit code of a cancelled build is its signal's, and is told by the error as it came.
  return new StiError(code === 'cancelled' ? 'bug' : code, redact(message), details);
}
