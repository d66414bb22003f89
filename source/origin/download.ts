import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, StiError } from '../errors.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { redactText, redactUrl } from '../protocol/redact.ts';
import { isDiskTrouble, workspaceError } from '../tree/file-errors.ts';

export interface DownloadOptions {
  readonly http: HttpClient;
  readonly workDir: string;
  readonly signal?: AbortSignal | undefined;
}

/** No source is larger or takes longer; a server that sends nothing for a minute won't go on. */
const limits = { maxBytes: 4 * 1024 ** 3, timeout: 3_600_000, idleTimeout: 60_000 };

/**
 * Fetches an http(s) URL to a file under `workDir`, named as in the URL, and gives its path. Rejects with code `source`, or
 * `workspace` when it can't be written; then nothing of it is left.
 */
export async function download(url: string, { http, workDir, signal }: DownloadOptions): Promise<string> {
  const shown = redactUrl(url);
  const folder = join(workDir, 'download');
  await mkdir(folder);
  const path = join(folder, fileName(url));
  try {
    await http.request(url, { ...limits, signal }, async (answer) => {
      if (!answer.ok) throw refused(shown, answer);
      const body = answer.body();
      const file = createWriteStream(path);
      file.on('error', (cause) => body.destroy(notWritten(folder, cause)));
      await pipeline(body, file);
    });
    return path;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    signal?.throwIfAborted();
    if (error instanceof StiError) throw error;
    if (isDiskTrouble(error)) throw workspaceError(path, error);
    throw new StiError('source', `${shown} can't be downloaded: ${redactText(messageOf(error))}`, {
      cause: error,
      hint: 'Check the URL and the network, or download it yourself and give the file as SOURCE.',
    });
  }
}

function refused(shown: string, { status, statusText }: HttpAnswer): StiError {
  return new StiError('source', `${shown} answered ${statusText}`, {
    hint:
      status === 401 || status === 403
        ? 'Put a name and password into the URL: https://name:password@host/…'
        : 'Check the URL.',
  });
}

function notWritten(folder: string, cause: Error): StiError {
  return new StiError('workspace', `the download can't be written to ${folder}: ${cause.message}`, {
    cause,
    hint: 'Free some space there, or set TMPDIR to a folder with more.',
  });
}

function fileName(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return /^[\w.+-]*\w[\w.+-]*$/.test(last) ? last : 'download';
}
