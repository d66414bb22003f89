import { messageOf, StiError } from '../../errors.ts';

/** An answer of the engine with a status that is not a success. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** An answer that Docker's API doesn't have. The message completes "the engine could not …: ". */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

/** The HTTP status that an error carries; undefined when it did not come from an answer. */
export function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof ResponseError ? thrown.statusCode : undefined;
}

/** Node's error code: `ECONNREFUSED`, `ERR_STREAM_PREMATURE_CLOSE`. */
export function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The first line of what the engine said. */
export function wordsOf(thrown: unknown): string {
  return messageOf(thrown).trim().split('\n', 1)[0]?.trim() ?? '';
}

/**
 * The failure of a call on an engine that had answered before. `operation` completes "the engine could not …".
 * Errors that come neither from an answer nor from a connection are bugs and stay what they are.
 */
export function callFailure(thrown: unknown, operation: string, address: string): unknown {
  if (thrown instanceof StiError) return thrown;
  const message = `the engine at ${address} could not ${operation}: ${wordsOf(thrown)}`;
  if (thrown instanceof ResponseError) {
    const hint = thrown.statusCode < 500 ? {} : { hint: 'See the log of the engine.' };
    return new StiError('engine-failed', message, { cause: thrown, ...hint });
  }
  if (thrown instanceof AnswerError)
    return new StiError('engine-failed', message, { cause: thrown, hint: strangeHint });
  const code = codeOf(thrown);
  if (code === undefined || thrown instanceof TypeError) return thrown;
  if (code.startsWith('HPE_')) {
    const strange = `the engine at ${address} could not ${operation}: its answer is not HTTP (${code})`;
    return new StiError('engine-failed', strange, { cause: thrown, hint: strangeHint });
  }
  if (code === 'EACCES' || code === 'EPERM') return denied(address, thrown);
  const reason = connectReasons[code] ?? `the connection broke (${code})`;
  return lost(address, `${reason} while it was to ${operation}`, thrown);
}

/** The engine had answered before and doesn't any more. */
export function lost(address: string, what: string, cause?: unknown): StiError {
  return new StiError('engine-lost', `the engine at ${address} does not answer: ${what}`, {
    cause,
    hint: 'Check whether the engine still runs (docker info), then start the command again.',
  });
}

/** The failure of the first contact with the engine at `address`. */
export function connectFailure(thrown: unknown, address: string): StiError {
  if (thrown instanceof StiError) return thrown;
  const code = codeOf(thrown) ?? '';
  if (code === 'EACCES' || code === 'EPERM') return denied(address, thrown);
  const reason = code.startsWith('HPE_') ? `its answer is not HTTP (${code})` : connectReasons[code];
  return new StiError('engine-unreachable', `${address}: ${reason ?? wordsOf(thrown)}`, {
    cause: thrown,
    hint: address.startsWith('ssh://') ? sshHint(address) : startHint,
  });
}

function sshHint(address: string): string {
  return `Check whether DOCKER_HOST=${address} docker version works without a question: ssh needs a key and a known host, and docker has to be installed there.`;
}

export const startHint = 'Start Docker or Podman, or say where the engine is with --url or DOCKER_HOST.';

const strangeHint =
  'See what answers there (docker version): a proxy in between, or something that is not a container engine. Name another engine with --url or DOCKER_HOST.';

const connectReasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such socket',
  ENOTDIR: 'no such socket',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed without an answer',
  ENOTFOUND: 'no such host',
};

function denied(address: string, cause: unknown): StiError {
  return new StiError('engine-denied', `the engine at ${address} may not be used by this user: permission denied`, {
    cause,
    hint: 'Add yourself to the group that owns the socket (sudo usermod -aG docker $USER, then log in again), or use a rootless engine.',
  });
}
