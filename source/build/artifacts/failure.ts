import { StiError } from '../../errors.ts';

/** An error about artifacts, however it came about, as one that says whose they are and how to build without them. */
export function namingSaveArtifacts(thrown: unknown): unknown {
  if (!(thrown instanceof StiError) || (thrown.code !== 'artifacts' && thrown.code !== 'source')) return thrown;
  if (thrown.message.includes('save-artifacts') && thrown.hint?.includes('--clean')) return thrown;
  return new StiError('artifacts', `cannot use what save-artifacts saved: ${thrown.message}`, {
    cause: thrown,
    hint: 'Correct the save-artifacts script, or build once with --clean.',
  });
}
