import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, StiError } from '../errors.ts';
import { redactUrl } from '../protocol/redact.ts';
import { withCredentials } from './http-request.ts';
import { timeLimit } from './time-limit.ts';

const timeout = 30_000;
/** Bytes; nobody's script is larger. */
const largest = 16 * 1024 * 1024;

/**
 * Fetches one script by `http`, `https` or `file`. undefined: it isn't there (404, no such file), which is fine for an
 * optional script; any other failure rejects with code `scripts`.
 */
export async function fetchScript(url: string, cwd: string, signal?: AbortSignal): Promise<Buffer | undefined> {
  return url.startsWith('file://') ? readLocal(url, cwd) : download(url, signal);
}

/** `file:///absolute`, and `file://./relative` as s2i has it. */
async function readLocal(url: string, cwd: string): Promise<Buffer | undefined> {
  const path = resolve(cwd, decodeURIComponent(url.slice('file://'.length)));
  try {
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return undefined;
    throw failed(url, messageOf(cause), cause);
  }
}

async function download(url: string, signal?: AbortSignal): Promise<Buffer | undefined> {
  const limit = timeLimit(timeout, signal);
  let response: Response;
  try {
    const request = withCredentials(url);
    response = await fetch(request.url, { headers: request.headers, signal: limit.signal });
    if (response.status === 404) return undefined;
    if (!response.ok) throw failed(url, `the server answered ${response.status} ${response.statusText}`.trim());
    const content = Buffer.from(await response.arrayBuffer());
    if (content.length > largest) throw failed(url, `it has ${content.length} bytes, which is no script`);
    return content;
  } catch (cause) {
    if (cause instanceof StiError) throw cause;
    if (signal?.aborted === true) throw signal.reason;
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    throw failed(url, limit.isOver() ? `no answer within ${timeout / 1000} s` : messageOf(inner), cause);
  } finally {
    limit.close();
  }
}

function failed(url: string, why: string, cause?: unknown): StiError {
  return new StiError('scripts', `the script ${redactUrl(url)} could not be fetched: ${why}`, {
    cause,
    hint: 'Check that the URL can be reached from this machine; it must answer 200, or 404 for a script that is not there.',
  });
}
