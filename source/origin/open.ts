import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StiError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { redactUrl } from '../protocol/redact.ts';
import { hasArchiveName, type SourceSpec } from './classify.ts';
import { openSingleFile } from './file.ts';
import { openFolder } from './folder.ts';
import type { OpenedSource, OpenOptions } from './opened.ts';

export type { OpenedSource, OpenOptions } from './opened.ts';

export interface OpenSourceOptions extends OpenOptions {
  readonly http: HttpClient;
}

/**
 * Makes a source's files available on this machine (docs/protocol.md, "Source"). Rejects with code `source`, `ref` or
 * `context-dir`, and with the signal's reason. What a kind of source needs is loaded only for it.
 */
export async function openSource(spec: SourceSpec, options: OpenSourceOptions): Promise<OpenedSource> {
  switch (spec.kind) {
    case 'git':
      return openGit(spec, options);
    case 'folder':
      if (options.ref === undefined) return openFolder(spec.path, options);
      if (existsSync(join(spec.path, '.git'))) return openGit({ url: spec.path }, options);
      throw noRef(options.ref, spec.path);
    case 'file':
      if (options.ref !== undefined) throw noRef(options.ref, spec.path);
      return openFile(spec.path, options);
    case 'download':
      if (options.ref !== undefined) throw noRef(options.ref, redactUrl(spec.url));
      return openDownload(spec.url, options);
  }
}

async function openGit(
  spec: { readonly url: string; readonly ref?: string },
  options: OpenOptions,
): Promise<OpenedSource> {
  const git = await import('./git/git.ts');
  return git.openGit(spec, options);
}

async function openFile(path: string, options: OpenOptions): Promise<OpenedSource> {
  if (!hasArchiveName(path)) return openSingleFile(path, options);
  const { openArchive } = await import('./archive.ts');
  return openArchive(path, options);
}

async function openDownload(url: string, options: OpenSourceOptions): Promise<OpenedSource> {
  const location = redactUrl(url);
  options.onStatus?.(`downloading ${location}`);
  const [{ download }, { openArchive }] = await Promise.all([import('./download.ts'), import('./archive.ts')]);
  return openArchive(await download(url, options), options, location);
}

function noRef(ref: string, source: string): StiError {
  return new StiError('ref', `the ref ${JSON.stringify(ref)} needs a git repository, and ${source} isn't one`, {
    hint: 'Leave --ref out, or give a git repository as SOURCE.',
  });
}
