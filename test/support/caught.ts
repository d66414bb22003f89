import { StiError } from '../../source/errors.ts';

/** The StiError that a call throws. */
export function caught(call: () => unknown): StiError {
  try {
    call();
  } catch (error) {
    if (error instanceof StiError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
