import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, StiError } from '../errors.ts';
import { redactUrl } from '../protocol/redact.ts';

export interface DownloadOptions {
  readonly workDir: string;
  readonly signal?: AbortSignal | undefined;
}

/** Fetches an http(s) URL to a file under `workDir`, named as in the URL, and gives its path. Redirects are followed up to fetch's limit of 20. */
export async function download(url: string, { workDir, signal }: DownloadOptions): Promise<string> {
  const shown = redactUrl(url);
  const folder = join(workDir, 'download');
  await mkdir(folder);
  const path = join(folder, fileName(url));
  try {
    const response = await fetch(...request(url, signal));
    if (!response.ok || response.body === null) {
      throw new StiError('source', `${shown} answered ${`${response.status} ${response.statusText}`.trim()}`, {
        hint:
          response.status === 401 || response.status === 403
            ? 'Put a name and password into the URL: https://name:password@host/…'
            : 'Check the URL.',
      });
    }
    await pipeline(response.body, createWriteStream(path));
    return path;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof StiError) throw error;
    throw new StiError('source', `${shown} can't be downloaded: ${reason(error)}`, {
      hint: 'Check the URL and the network.',
    });
  }
}

/** fetch takes no password in a URL; it drops the header by itself when a redirect leads to another host. */
function request(url: string, signal: AbortSignal | undefined): [URL, RequestInit] {
  const plain = new URL(url);
  const { username, password } = plain;
  plain.username = '';
  plain.password = '';
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return [
    plain,
    {
      ...(signal && { signal }),
      headers: username === '' && password === '' ? {} : { authorization: `Basic ${login}` },
    },
  ];
}

function fileName(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return /^[\w.+-]*\w[\w.+-]*$/.test(last) ? last : 'download';
}

/** fetch says only "fetch failed"; why is in the cause. */
function reason(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? messageOf(error.cause) : messageOf(error);
}
