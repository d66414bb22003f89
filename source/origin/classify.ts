import { StiError } from '../errors.ts';
import { redactUrl } from '../protocol/redact.ts';

/** What SOURCE is, before anything is fetched (docs/protocol.md, "Source"). */
export type SourceSpec =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'git'; readonly url: string; readonly ref?: string }
  | { readonly kind: 'download'; readonly url: string };

export type Look = (path: string) => 'folder' | 'file' | undefined;

const archiveName = /\.(tar|tar\.gz|tgz|zip|tar\.bz2|tar\.xz)$/i;
const gitUrl = /^(git|ssh|file):\/\/./i;
const webUrl = /^https?:\/\/./i;
// user@host:path, and host:path when the path ends in `.git`; a slash before the colon makes it a local path, as for git.
// Two colons would be a remote helper of git (`ext::`), and `user:password@host:path` has its password in a host's place.
const scpLike = /^([^\s/:@]+@[^\s/:]+:(?!:)[^\s]+|[^\s/:@]+:(?!:)[^\s@]+\.git)$/;

/** Whether a file of this name is taken for an archive; which kind it is, its content decides. */
export function hasArchiveName(path: string): boolean {
  return archiveName.test(path);
}

/** Decides by `look` and by the text alone. What is there on this machine wins over what looks like a URL. */
export function classifySource(text: string, look: Look): SourceSpec {
  refuseDash(text, text);
  const found = look(text);
  if (found === 'folder')
    return isBareRepository(text, look) ? { kind: 'git', url: text } : { kind: 'folder', path: text };
  if (found === 'file') return { kind: 'file', path: text };
  return localRepositoryAtRef(text, look) ?? remoteSource(text) ?? refuse(text);
}

function localRepositoryAtRef(text: string, look: Look): SourceSpec | undefined {
  for (let at = text.indexOf('#'); at !== -1; at = text.indexOf('#', at + 1)) {
    const path = text.slice(0, at);
    if (look(path) === 'folder') return gitSource(path, text.slice(at + 1), text);
  }
  return undefined;
}

function remoteSource(written: string): SourceSpec | undefined {
  const text = written.replace(/^file:\/(?!\/)/i, 'file:///');
  const at = text.indexOf('#');
  const url = at === -1 ? text : text.slice(0, at);
  const ref = at === -1 ? '' : text.slice(at + 1);
  if (webUrl.test(url)) {
    return hasArchiveName(url.replace(/\?.*$/s, '')) ? { kind: 'download', url } : gitSource(url, ref, text);
  }
  return gitUrl.test(url) || scpLike.test(url) ? gitSource(url, ref, text) : undefined;
}

function gitSource(url: string, ref: string, text: string): SourceSpec {
  refuseDash(ref, text);
  return ref === '' ? { kind: 'git', url } : { kind: 'git', url, ref };
}

function isBareRepository(path: string, look: Look): boolean {
  const folder = path.replace(/\/+$/, '');
  return (
    folder.endsWith('.git') &&
    look(`${folder}/HEAD`) === 'file' &&
    look(`${folder}/objects`) === 'folder' &&
    look(`${folder}/refs`) === 'folder'
  );
}

/** git would read such a text as an option. */
function refuseDash(part: string, text: string): void {
  if (!part.startsWith('-')) return;
  throw new StiError('source', `the source ${JSON.stringify(text)} has a part that begins with "-"`, {
    hint: 'Write a local path as ./-name. A git URL or ref cannot begin with "-".',
  });
}

function refuse(text: string): never {
  throw new StiError(
    'source',
    `there is no source ${JSON.stringify(redactUrl(text))}: no such file or folder, and not a URL sti knows`,
    {
      hint:
        'SOURCE is a folder, a file, an archive (.tar, .tar.gz, .tgz, .tar.bz2, .tar.xz, .zip), an http(s) URL of an archive, ' +
        'or a git repository (git://, http(s)://, ssh://, file://, git@host:path, a path ending in .git), with an optional #ref.',
    },
  );
}
