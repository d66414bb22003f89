import { messageOf, StiError } from '../../errors.ts';
import { shortId } from '../../terminal/units.ts';

export function engineLost(cause: unknown): StiError {
  if (cause instanceof StiError && cause.code === 'engine-lost') return cause;
  return new StiError('engine-lost', `the engine stopped answering: ${messageOf(cause)}`, {
    cause,
    hint: 'Check whether the engine still runs (docker info), then build again.',
  });
}

export function containerGone(cause: unknown): StiError {
  return new StiError('assemble', 'the container ended before its script did', {
    cause,
    hint: 'Something killed it or its first process: look for lack of memory, a `docker kill`, or a script that kills PID 1.',
  });
}

export function startFailure(
  error: unknown,
  { image, user }: { readonly image: string; readonly user: string },
): unknown {
  if (!(error instanceof StiError) || error.code !== 'engine-failed') return error;
  if (/unable to find (user|group)/.test(error.message)) {
    return new StiError('builder', `the image ${shortId(image)} has no user ${user}: ${error.message}`, {
      cause: error,
      hint: 'It comes from --assemble-user, a label or the USER of the image. Name a user of its /etc/passwd, or use numbers (1001:0).',
    });
  }
  if (!/\/bin\/sh/.test(error.message)) return error;
  return new StiError('builder', `the image ${shortId(image)} has no /bin/sh that runs: ${error.message}`, {
    cause: error,
    hint: 'Every builder image needs /bin/sh. Check the name, and that the image fits this machine.',
  });
}
