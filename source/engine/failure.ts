import { messageOf, StiError } from '../errors.ts';

/** An answer of the engine with a status that is not a success. Dockerode's own errors carry `statusCode` the same way. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  readonly statusCode: number;

  constructor(statusCode: number, body: string) {
    super(messageOfBody(body) || `status ${statusCode}`);
    this.statusCode = statusCode;
  }
}

/** The HTTP status that an error carries; undefined when it did not come from an answer. */
export function statusOf(thrown: unknown): number | undefined {
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** Node's error code: `ECONNREFUSED`, `ERR_STREAM_PREMATURE_CLOSE`. */
export function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What the engine itself said: its first line, without what dockerode puts around it. */
export function wordsOf(thrown: unknown): string {
  const text = messageOf(thrown).replace(/^\(HTTP code \d+\) .*? - /s, '');
  return text.trim().split('\n', 1)[0]?.trim() ?? '';
}

/**
 * The failure of a call on an engine that had answered before. `doing` completes "the engine could not …".
 * Errors that come neither from an answer nor from a connection are bugs and stay what they are.
 */
export function callFailure(thrown: unknown, doing: string): unknown {
  if (thrown instanceof StiError) return thrown;
  const status = statusOf(thrown);
  if (status !== undefined) {
    return new StiError('engine-failed', `the engine could not ${doing}: ${wordsOf(thrown)}`, { cause: thrown });
  }
  const code = codeOf(thrown);
  if (code === undefined || thrown instanceof TypeError) return thrown;
  if (code === 'EACCES' || code === 'EPERM') return denied('the engine', thrown);
  return lost(`the connection broke (${code}) while it was to ${doing}`, thrown);
}

export function lost(what: string, cause?: unknown): StiError {
  return new StiError('engine-lost', `the engine was lost: ${what}`, {
    cause,
    hint: 'See whether the engine still runs, then start the command again.',
  });
}

/** The failure of the first contact with the engine at `address`. */
export function connectFailure(thrown: unknown, address: string): StiError {
  if (thrown instanceof StiError) return thrown;
  const code = codeOf(thrown);
  if (code === 'EACCES' || code === 'EPERM') return denied(`the engine at ${address}`, thrown);
  return new StiError('engine-unreachable', `${address}: ${connectReasons[code ?? ''] ?? wordsOf(thrown)}`, {
    cause: thrown,
    hint: startHint,
  });
}

export const startHint = 'Start Docker or Podman, or say where the engine is with --url or DOCKER_HOST.';

const connectReasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such socket',
  ENOTDIR: 'no such socket',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was closed without an answer',
  ENOTFOUND: 'no such host',
};

function denied(engine: string, cause: unknown): StiError {
  return new StiError('engine-denied', `${engine} may not be used by this user: permission denied`, {
    cause,
    hint: 'Add yourself to the group that owns the socket (sudo usermod -aG docker $USER, then log in again), or use a rootless engine.',
  });
}

function messageOfBody(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) return String(parsed.message);
  } catch {
    // Not JSON: a proxy's or Go's own plain text.
  }
  return body.trim();
}
