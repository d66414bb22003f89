import { type Redact, redactBuildEvent } from '../build/redact-event.ts';
import type { DevEmit, DevEvent } from './events.ts';

/** Where events of the loop come in: what is emitted here reaches `emit` without its secrets. */
export function redacting(emit: DevEmit, redact: Redact): DevEmit {
  return (event) => emit(redactEvent(event, redact));
}

/** The event without the secrets, but for words that name something to the engine or the browser: tags, images, addresses. */
export function redactEvent(event: DevEvent, redact: Redact): DevEvent {
  switch (event.type) {
    case 'dev-started':
      return { ...event, source: redact(event.source), builder: redact(event.builder) };
    case 'cycle-started':
      return { ...event, why: redact(event.why), changes: event.changes.map(redact) };
    case 'cycle-served':
      return { ...event, why: redact(event.why), ...(event.assembled && { assembled: redact(event.assembled) }) };
    case 'unlearned':
    case 'not-learned':
    case 'corrected':
      return { ...event, why: redact(event.why) };
    case 'learned':
    case 'proven':
      return event;
    case 'cycle-failed': {
      const { message, hint, lastLines } = event;
      return { ...event, message: redact(message), lastLines: lastLines.map(redact), hint: hint && redact(hint) };
    }
    case 'dev-interrupted':
      return { ...event, message: redact(event.message), hint: event.hint && redact(event.hint) };
    case 'app-exited':
      return { ...event, lastLines: event.lastLines.map(redact) };
    case 'request': {
      const { path, fields, answerFields } = event;
      return { ...event, path: redact(path), fields: fields.map(redact), answerFields: answerFields.map(redact) };
    }
    case 'cycle-waiting':
    case 'cycle-superseded':
    case 'save-waiting':
    case 'image-tagged':
    case 'watching':
    case 'dev-ending':
    case 'dev-finished':
      return event;
    default:
      return redactBuildEvent(event, redact);
  }
}
