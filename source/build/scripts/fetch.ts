import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { readBounded } from '../../bounded-read.ts';
import { messageOf, StiError } from '../../errors.ts';
import type { HttpClient, HttpRequest } from '../../http/client.ts';
import { redactText, redactUrl } from '../../protocol/redact.ts';
import { templateFolder } from '../../templates/folder.ts';
import { isTemplateName, templateNames } from '../../templates/names.ts';
import { looksLikeHtml } from './html.ts';

/** Bytes; nobody's script is larger. Several are fetched at a time, each with a copy of what it was packed in. */
export const maxScriptBytes = 4 * 1024 * 1024;
const limits = { maxBytes: maxScriptBytes, timeout: 30_000 };

export interface FetchOptions extends Pick<HttpRequest, 'admit' | 'signal'> {
  readonly cwd: string;
  readonly http: HttpClient;
}

/**
 * Fetches one script by `http`, `https` or `file`, or takes it from a template. undefined: it isn't there (404, no such file), which is fine for an
 * optional script; any other failure rejects with code `scripts`.
 */
export async function fetchScript(url: string, options: FetchOptions): Promise<Buffer | undefined> {
  if (url.startsWith('template:')) return readLocal(url, pathInTemplate(url), options.signal);
  if (url.startsWith('file://')) return readLocal(url, pathOf(url, options.cwd), options.signal);
  return download(url, options);
}

/** `file:///absolute`, and `file://./relative` as s2i has it. */
function pathOf(url: string, cwd: string): string {
  return resolve(cwd, decodeURIComponent(url.slice('file://'.length)));
}

/** `template:nodejs/assemble` */
function pathInTemplate(url: string): string {
  const [name = '', script = ''] = url.slice('template:'.length).split('/');
  if (isTemplateName(name)) return join(templateFolder(name), 's2i/bin', script);
  throw new StiError('scripts', `unknown template ${name}`, { hint: `There are ${templateNames.join(', ')}.` });
}

async function readLocal(url: string, path: string, signal?: AbortSignal): Promise<Buffer | undefined> {
  const read = await readBounded(path, { maxBytes: maxScriptBytes, links: 'follow', signal });
  if (read.outcome === 'refused') throw failed(url, `it ${read.message}`, read.cause);
  return read.outcome === 'absent' ? undefined : read.content;
}

async function download(url: string, { http, admit, signal }: FetchOptions): Promise<Buffer | undefined> {
  try {
    return await http.request(url, { ...limits, signal, ...(admit && { admit }) }, async (answer) => {
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw failed(url, `the server answered ${answer.statusText}`);
      const content = await buffer(answer.body());
      if (looksLikeHtml(content, answer.mediaType)) throw isHtml(url);
      return content;
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof StiError) throw cause;
    throw failed(url, redactText(messageOf(cause)), cause);
  }
}

function isHtml(url: string): StiError {
  return new StiError('scripts', `${redactUrl(url)} is an HTML page, not a script`, {
    hint: 'It may be a login page or a file viewer. Give the URL of the raw file, with a login if it needs one.',
  });
}

function failed(url: string, why: string, cause?: unknown): StiError {
  return new StiError('scripts', `the script ${redactUrl(url)} could not be fetched: ${why}`, {
    cause,
    hint: 'Check that the URL can be reached from this machine; it must answer 200, or 404 for a script that is not there.',
  });
}
