import type { Secrets } from '../protocol/secrets.ts';
import type { BuildEvent, Emit, ProgressUnit, StepName } from './events.ts';
import { createOutput, type ScriptOutput } from './output/stream.ts';

/** Turns what the stages do into events. Keeps none of them: in the live loop there is no end of them. */
export interface Reporter {
  /** Runs one step; `work` resolves to the summary of its line. */
  step<T>(name: StepName, work: () => Promise<{ readonly summary: string; readonly value: T }>): Promise<T>;
  /** Takes a script's output, as that of this step. */
  output(step: StepName): ScriptOutput;
  /** @param limitMs for how long that goes on at most */
  status(step: StepName, text: string, limitMs?: number): void;
  progress(step: StepName, done: number, of: number, unit: ProgressUnit): void;
  warn(message: string): void;
}

export function createReporter(emit: Emit, secrets: Secrets, now: () => number = Date.now): Reporter {
  /** One failure stops all steps, and is told by the step that it happened in. */
  const told = new WeakSet<object>();
  const send = (event: BuildEvent) => void emit(event);
  return {
    async step(name, work) {
      const started = now();
      const finish = (ok: boolean, summary: string) => {
        const at = now();
        send({ type: 'step-finished', at, step: name, ok, ms: at - started, summary });
      };
      send({ type: 'step-started', at: started, step: name });
      try {
        const { summary, value } = await work();
        finish(true, summary);
        return value;
      } catch (error) {
        const isTold = (typeof error === 'object' && error !== null && told.has(error)) || isAbort(error);
        if (typeof error === 'object' && error !== null) told.add(error);
        finish(false, isTold ? 'stopped' : failedSummary(name, error));
        throw error;
      }
    },
    output: (step) => createOutput(secrets, (piece) => emit({ type: 'log', at: now(), step, ...piece })),
    status: (step, text, limitMs) =>
      send({ type: 'status', at: now(), step, text, ...(limitMs !== undefined && { limitMs }) }),
    progress: (step, done, of, unit) => send({ type: 'progress', at: now(), step, done, of, unit }),
    warn: (message) => send({ type: 'warning', at: now(), message }),
  };
}

/** What was waited for, such as a clock, has nothing to say of why it was stopped. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function failedSummary(step: StepName, error: unknown): string {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return message.replace(step === 'assemble' ? /^assemble / : /^.* is built, but /, '');
}
