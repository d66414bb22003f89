import { StiError } from '../errors.ts';
import type { BuildEvent, BuildOutcome, Emit, FilesEvent } from './events.ts';

export type Redact = (text: string) => string;

/** Where events come in: what is emitted here reaches `emit` without its secrets, so no face has to know of any. */
export function redacting(emit: Emit, redact: Redact): Emit {
  return (event) => emit(redactBuildEvent(event, redact));
}

/**
 * The event without the secrets. A script's output has lost them already, on its way into lines; words that name something to
 * the engine stay: the tag, the image.
 */
export function redactBuildEvent<Event extends BuildEvent | FilesEvent>(event: Event, redact: Redact): Event;
export function redactBuildEvent(event: BuildEvent | FilesEvent, redact: Redact): BuildEvent | FilesEvent {
  switch (event.type) {
    case 'build-started':
      return { ...event, source: redact(event.source), builder: redact(event.builder) };
    case 'step-finished':
      return { ...event, summary: redact(event.summary) };
    case 'status':
      return { ...event, text: redact(event.text) };
    case 'warning':
      return { ...event, message: redact(event.message) };
    case 'artifacts-saved':
      return { ...event, from: redact(event.from), entries: redactPaths(event.entries, redact) };
    case 'image-compared':
      return { ...event, changes: redactPaths(event.changes, redact) };
    case 'planned':
      return { ...event, plan: { ...event.plan, commit: redactLabels(event.plan.commit, redact) } };
    case 'build-finished':
      return { ...event, outcome: redactOutcome(event.outcome, redact) };
    case 'log':
    case 'step-started':
    case 'progress':
    case 'dockerfile-written':
      return event;
  }
}

export function redactOutcome(outcome: BuildOutcome, redact: Redact): BuildOutcome {
  if (!outcome.ok) return { ...outcome, error: redactError(outcome.error, redact) };
  return { ok: true, result: redactLabels(outcome.result, redact) };
}

function redactLabels<Labelled extends { readonly labels: Readonly<Record<string, string>> }>(
  labelled: Labelled,
  redact: Redact,
): Labelled {
  const labels = Object.entries(labelled.labels).map(([name, value]) => [name, redact(value)]);
  return { ...labelled, labels: Object.fromEntries(labels) };
}

/** The same error in all that programs read: its code, and so its exit code. */
export function redactError(error: StiError, redact: Redact): StiError {
  const { code, hint, signal, cause } = error;
  const details = {
    lastLines: error.lastLines.map(redact),
    cause: cause === undefined ? undefined : redactCause(cause, redact),
    ...(hint !== undefined && { hint: redact(hint) }),
  };
  const message = redact(error.message);
  return code === 'cancelled' ? StiError.cancelled(signal ?? 'SIGINT', message) : new StiError(code, message, details);
}

function redactCause(cause: unknown, redact: Redact): Error {
  if (!(cause instanceof Error)) return new Error(redact(String(cause)));
  const copy = new Error(redact(cause.message));
  copy.stack = redact(cause.stack ?? cause.message);
  return copy;
}

function redactPaths<File extends { readonly path: string }>(files: readonly File[], redact: Redact): File[] {
  return files.map((file) => ({ ...file, path: redact(file.path) }));
}
