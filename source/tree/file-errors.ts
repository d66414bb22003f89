import { messageOf, StiError } from '../errors.ts';

/** Whether what was thrown is a system error with one of these codes, such as `ENOENT`. */
export function hasCode(thrown: unknown, ...codes: string[]): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && codes.includes(thrown.code);
}

/** A full, read-only or failing disk, a quota, a limit of the process: nothing that was written is to blame. */
export function isDiskTrouble(thrown: unknown): boolean {
  return hasCode(thrown, ...diskTroubles);
}

const diskTroubles = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM'];

/** An error that nobody foresaw, as `workspace` when it says that the disk below `folder` takes no more; else as it is. */
export function diskError(folder: string, thrown: unknown): unknown {
  return hasCode(thrown, 'ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS') ? workspaceError(thrown.path ?? folder, thrown) : thrown;
}

/** A file of sti's own could not be written. */
export function workspaceError(path: string, cause: unknown): StiError {
  return new StiError('workspace', `${path} can't be written: ${messageOf(cause)}`, {
    cause,
    hint: hasCode(cause, 'ENOSPC', 'EDQUOT', 'EFBIG')
      ? 'Free some space there, or set TMPDIR to a folder on a larger disk.'
      : 'Check the rights of that folder, or set TMPDIR to another one.',
  });
}
