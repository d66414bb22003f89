import { StiError } from '../errors.ts';
import { scriptFolders } from './paths.ts';
import { normalizePath } from './posix-path.ts';
import { redactUrl } from './redact.ts';

export const scriptNames = ['assemble', 'run', 'save-artifacts', 'usage'] as const;
export type ScriptName = (typeof scriptNames)[number];

/** Without these there is no build. */
export const requiredScripts: readonly ScriptName[] = ['assemble', 'run'];

/** A folder of scripts, or one script: something to fetch, or an absolute path in the builder image. */
export type ScriptUrl =
  | { readonly scheme: 'http' | 'https' | 'file'; readonly url: string }
  | { readonly scheme: 'image'; readonly path: string };

/** One place to look for a script. Paths are relative to the source. */
export type ScriptPlace =
  | { readonly from: 'flag' | 'image'; readonly url: ScriptUrl }
  | { readonly from: 'source'; readonly path: string };

export interface ScriptUrls {
  /** `--scripts` */
  readonly scriptsUrl?: ScriptUrl | undefined;
  /** The builder image's default. */
  readonly imageScriptsUrl?: ScriptUrl | undefined;
}

/** Where to look for a script, the first place that has it wins (PROTOCOL.md, "Scripts"). */
export function scriptPlaces(name: ScriptName, { scriptsUrl, imageScriptsUrl }: ScriptUrls): ScriptPlace[] {
  const at = (from: 'flag' | 'image', base: ScriptUrl | undefined): ScriptPlace[] =>
    base === undefined ? [] : [{ from, url: scriptUrlFor(base, name) }];
  return [
    ...at('flag', scriptsUrl),
    ...scriptFolders.map((folder): ScriptPlace => ({ from: 'source', path: `${folder}/${name}` })),
    ...at('image', imageScriptsUrl),
  ];
}

/**
 * Reads the URL of a folder of scripts. `file://./x` keeps its relative path, as s2i has it; an `image://` path is
 * absolute whether it begins with a slash or not.
 * @param what how an error names the text, such as `--scripts`
 * @throws StiError `scripts`
 */
export function parseScriptsUrl(text: string, what: string): ScriptUrl {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(\S.*)$/i.exec(text.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case 'http':
      if (isHttpUrl(text)) return { scheme: 'http', url: withoutTrailingSlash(`http://${rest}`) };
      break;
    case 'https':
      if (isHttpUrl(text)) return { scheme: 'https', url: withoutTrailingSlash(`https://${rest}`) };
      break;
    case 'file':
      return { scheme: 'file', url: `file://${rest.replace(/(?<=[^/])\/+$/, '')}` };
    case 'image':
      return { scheme: 'image', path: normalizePath(rest) };
  }
  throw new StiError('scripts', `${what}: "${redactUrl(text)}" is not an http, https, file or image URL`, {
    hint: 'Name a folder of scripts by its URL: file:///PATH is on this machine, image:///PATH in the builder image.',
  });
}

/** The script of that name in a folder of scripts. A query string stays at the end of the URL. */
export function scriptUrlFor(base: ScriptUrl, name: ScriptName): ScriptUrl {
  if (base.scheme === 'image') return { scheme: 'image', path: normalizePath(`${base.path}/${name}`) };
  const { path, query } = base.scheme === 'file' ? { path: base.url, query: '' } : splitUrl(base.url);
  return { scheme: base.scheme, url: `${path}${path.endsWith('/') ? '' : '/'}${name}${query}` };
}

/** A place in the words of a message. */
export function describePlace(place: ScriptPlace): string {
  if (place.from === 'source') return `${place.path} of the source`;
  const url = place.url.scheme === 'image' ? `image://${place.url.path}` : redactUrl(place.url.url);
  return place.from === 'image' ? `${url} (the builder image's default)` : url;
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text.trim());
}

function withoutTrailingSlash(url: string): string {
  const { path, query } = splitUrl(url);
  return path.replace(/\/+$/, '') + query;
}

/** A fragment never reaches a server, so it is dropped. */
function splitUrl(url: string): { path: string; query: string } {
  const [, path = '', query = ''] = /^([^?#]*)(\?[^#]*)?/.exec(url) ?? [];
  return { path, query };
}
