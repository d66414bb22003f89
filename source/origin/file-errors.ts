import { messageOf, StiError } from '../errors.ts';

/** Whether what was thrown is a system error with one of these codes, such as `ENOENT`. */
export function hasCode(thrown: unknown, ...codes: string[]): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && codes.includes(thrown.code);
}

/** A file of sti's own could not be written. */
export function workspaceError(path: string, cause: unknown): StiError {
  return new StiError('workspace', `${path} can't be written: ${messageOf(cause)}`, {
    cause,
    hint: 'Check the free space and the rights of the temporary folder, or set TMPDIR to another one.',
  });
}
