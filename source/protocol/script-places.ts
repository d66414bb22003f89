import { scriptFolders } from './paths.ts';
import { normalizePath } from './posix-path.ts';
import { redactUrl } from './redact.ts';

export const scriptNames = ['assemble', 'run', 'save-artifacts', 'usage', 'assemble-runtime'] as const;
export type ScriptName = (typeof scriptNames)[number];

/** Without these there is no build. */
export const requiredScripts: readonly ScriptName[] = ['assemble', 'run'];

/**
 * A folder of scripts, or one script: something to fetch, `template:NAME` for those that come with sti, or an absolute path
 * in the builder image.
 */
export type ScriptUrl =
  | { readonly scheme: 'http' | 'https' | 'file' | 'template'; readonly url: string }
  | { readonly scheme: 'image'; readonly path: string };

/** The last resort: where a builder image has its scripts that doesn't say where. */
export const usualScripts: ScriptUrl = { scheme: 'image', path: '/usr/libexec/s2i' };

/** One place to look for a script. Paths are relative to the source. */
export type ScriptPlace =
  | { readonly from: 'flag' | 'image'; readonly url: ScriptUrl }
  | { readonly from: 'source'; readonly path: string };

export interface ScriptUrls {
  /** `--scripts` */
  readonly scriptsUrl?: ScriptUrl | undefined;
  /** The builder image's default; absent: it names none. */
  readonly imageScriptsUrl?: ScriptUrl | undefined;
}

/** Where to look for a script, the first place that has it wins (docs/protocol.md, "Scripts"). */
export function scriptPlaces(
  name: ScriptName,
  { scriptsUrl, imageScriptsUrl = usualScripts }: ScriptUrls,
): ScriptPlace[] {
  const at = (from: 'flag' | 'image', base: ScriptUrl | undefined): ScriptPlace[] =>
    base === undefined ? [] : [{ from, url: scriptUrlFor(base, name) }];
  return [
    ...at('flag', scriptsUrl),
    ...scriptFolders.map((folder): ScriptPlace => ({ from: 'source', path: `${folder}/${name}` })),
    ...at('image', imageScriptsUrl),
  ];
}

/**
 * Reads the URL of a folder of scripts; undefined when it is none. `file://./x` keeps its relative path, as s2i has it; an
 * `image://` path is absolute whether it begins with a slash or not.
 */
export function parseScriptsUrl(text: string): ScriptUrl | undefined {
  const template = /^template:[a-z]+$/.exec(text.trim())?.[0];
  if (template !== undefined) return { scheme: 'template', url: template };
  const [, written = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*):\/\/(\S.*)$/i.exec(text.trim().replace(/^file:\/(?!\/)/i, 'file:///')) ?? [];
  const scheme = written.toLowerCase();
  switch (scheme) {
    case 'http':
    case 'https':
      return isHttpUrl(text) ? { scheme, url: withoutTrailingSlash(`${scheme}://${rest}`) } : undefined;
    case 'file':
      return isEscapedWell(rest) ? { scheme, url: `file://${rest.replace(/(?<=[^/])\/+$/, '')}` } : undefined;
    case 'image':
      return { scheme, path: normalizePath(rest) };
    default:
      return undefined;
  }
}

/** The URL as text, secrets included. */
export function formatScriptsUrl(url: ScriptUrl): string {
  return url.scheme === 'image' ? `image://${url.path}` : url.url;
}

/** The script of that name in a folder of scripts. A query string stays at the end of the URL. */
export function scriptUrlFor(base: ScriptUrl, name: ScriptName): ScriptUrl {
  if (base.scheme === 'image') return { scheme: 'image', path: normalizePath(`${base.path}/${name}`) };
  const { path, query } =
    base.scheme === 'file' || base.scheme === 'template' ? { path: base.url, query: '' } : splitUrl(base.url);
  return { scheme: base.scheme, url: `${path}${path.endsWith('/') ? '' : '/'}${name}${query}` };
}

/** A place in the words of a message. */
export function describePlace(place: ScriptPlace): string {
  if (place.from === 'source') return `${place.path} of the source`;
  const url = describeUrl(place.url);
  return place.from === 'image' ? `${url} (the builder image's default)` : url;
}

/** Without secrets. */
export function describeUrl(url: ScriptUrl): string {
  return redactUrl(formatScriptsUrl(url));
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text.trim());
}

function isEscapedWell(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
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
