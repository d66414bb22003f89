import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StiError } from '../../errors.ts';
import type { HttpClient } from '../../http/client.ts';
import type { BuildPaths } from '../../protocol/paths.ts';
import { redactUrl } from '../../protocol/redact.ts';
import {
  describePlace,
  describeUrl,
  requiredScripts,
  type ScriptName,
  type ScriptPlace,
  type ScriptUrl,
  scriptPlaces,
} from '../../protocol/script-places.ts';
import type { FileTree, TreeEntry } from '../../tree/tree.ts';
import { fetchScript } from './fetch.ts';
import { admitForImage, warnOfImageUrl } from './image-url.ts';
import { repairScript } from './repair.ts';
import { readSourceScript } from './source.ts';

/** A script that was found, and where a container has it. */
export interface ResolvedScript {
  readonly name: ScriptName;
  /** Path in the container. */
  readonly path: string;
  /** Where it came from, in words. */
  readonly from: string;
  /** Changes when the script does. */
  readonly digest: string;
  /** The script itself, unless the image has it. */
  readonly content: Buffer | undefined;
}

export interface ScriptSet {
  readonly found: ReadonlyMap<ScriptName, ResolvedScript>;
  /** Trees to place in the container, in this order: fetched scripts, and repaired copies over the source's own. */
  readonly trees: readonly { readonly folder: string; readonly tree: FileTree }[];
  /** Paths of scripts in the source, behind links if there are any: they must be executable in the container, whatever mode they came with. */
  readonly sourceScripts: readonly string[];
}

export interface ScriptQuery {
  readonly names: readonly ScriptName[];
  /** Those without which nothing goes on; docs/protocol.md's when absent. */
  readonly required?: readonly ScriptName[];
  readonly scriptsUrl: ScriptUrl | undefined;
  readonly imageScriptsUrl: ScriptUrl | undefined;
  readonly source: Promise<FileTree>;
  readonly imageId: string;
  readonly imageHas: (path: string) => Promise<boolean>;
  readonly paths: BuildPaths;
  /** A folder to keep fetched and repaired scripts in. */
  readonly folder: string;
  readonly cwd: string;
  readonly http: HttpClient;
  readonly onWarning: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** Looks for each script by itself, in the order that docs/protocol.md ("Scripts") gives; names every place tried when a required one is nowhere. */
export async function resolveScripts(asked: ScriptQuery): Promise<ScriptSet> {
  // Several scripts may have the same to warn of.
  const query = { ...asked, onWarning: onceEach(asked.onWarning) };
  // A place before the source may end the search, and then nobody waits for the source any more.
  query.source.catch(() => {});
  const candidates = await Promise.all(query.names.map((name) => findScript(name, query)));
  const found = new Map<ScriptName, Found>();
  for (const candidate of candidates) if (candidate !== undefined) found.set(candidate.name, candidate);
  const missing = (query.required ?? requiredScripts).filter((name) => !found.has(name));
  if (missing.length > 0) throw missingScripts(missing, query);
  const { scriptsUrl } = query;
  if (scriptsUrl !== undefined && ![...found.values()].some(({ place }) => place.from === 'flag')) {
    query.onWarning(`--scripts ${describeUrl(scriptsUrl)} has none of the scripts ${query.names.join(', ')}`);
  }

  const trees: { folder: string; tree: FileTree }[] = [];
  for (const [placeFrom, folder] of [
    ['flag', 'scripts'],
    ['image', 'defaultScripts'],
  ] as const) {
    const fetched = [...found.values()].filter((one) => one.place.from === placeFrom && one.content !== undefined);
    if (fetched.length > 0) trees.push({ folder, tree: await scriptTree(join(query.folder, folder), fetched) });
  }
  const inSource = [...found.values()].filter((one) => one.place.from === 'source');
  const repaired = inSource.filter((one) => one.repaired);
  for (const folder of new Set(repaired.map((one) => parentPath(one.file)))) {
    const inFolder = repaired.filter((one) => parentPath(one.file) === folder);
    trees.push({ folder: `src/${folder}`, tree: await scriptTree(join(query.folder, 'repaired', folder), inFolder) });
  }
  return { found, trees, sourceScripts: inSource.map((one) => one.file) };
}

/** The tree with these paths executable; the same one when they are. */
export function withExecutable(tree: FileTree, paths: readonly string[]): FileTree {
  let { entries } = tree;
  for (const path of paths) {
    const index = entries.findIndex((entry) => entry.path === path);
    const entry = entries[index];
    if (entry === undefined || (entry.mode & 0o111) === 0o111) continue;
    entries = entries.with(index, { ...entry, mode: entry.mode | 0o111 });
  }
  return entries === tree.entries ? tree : { ...tree, entries };
}

/** One line for the scripts step: names, and where they came from. */
export function describeScripts(set: ScriptSet): string {
  const scripts = [...set.found.values()];
  const places = [...new Set(scripts.map((script) => script.from))];
  const names = (place: string) => scripts.filter((script) => script.from === place).map((script) => script.name);
  return places.map((place) => `${names(place).join(', ')} · ${place}`).join('; ');
}

interface Found extends ResolvedScript {
  readonly place: ScriptPlace;
  /** Path in its tree: of the source, where no part of it is a link, or of those that were fetched. */
  readonly file: string;
  readonly repaired: boolean;
}

async function findScript(name: ScriptName, query: ScriptQuery): Promise<Found | undefined> {
  for (const place of scriptPlaces(name, query)) {
    const found =
      place.from === 'source' ? await lookInSource(name, place, query) : await lookAtUrl(name, place, query);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function lookInSource(
  name: ScriptName,
  place: ScriptPlace & { from: 'source' },
  query: ScriptQuery,
): Promise<Found | undefined> {
  const tree = await query.source;
  const what = describePlace(place);
  const found = await readSourceScript(tree, place.path, what, query.signal);
  if (found === undefined) return undefined;
  const { file, content: original } = found;
  const content = repairScript(original, what, query.onWarning);
  return {
    name,
    place,
    file,
    path: `${query.paths.source}/${place.path}`,
    from: `${parentPath(place.path)} of the source`,
    digest: digestOf(content),
    content,
    repaired: content !== original,
  };
}

async function lookAtUrl(
  name: ScriptName,
  place: ScriptPlace & { from: 'flag' | 'image' },
  query: ScriptQuery,
): Promise<Found | undefined> {
  const { url } = place;
  if (url.scheme === 'image') {
    if (!(await query.imageHas(url.path))) return undefined;
    const from = `image://${parentPath(url.path)}`;
    return {
      name,
      place,
      file: name,
      path: url.path,
      from,
      digest: `${query.imageId}:${url.path}`,
      content: undefined,
      repaired: false,
    };
  }
  const original = await fetchScript(url.url, {
    cwd: query.cwd,
    http: query.http,
    signal: query.signal,
    ...(place.from === 'image' && { admit: admitForImage(query.onWarning) }),
  });
  if (original === undefined) return undefined;
  if (place.from === 'image' && url.scheme === 'file') warnOfImageUrl(url.url, query.onWarning);
  const content = repairScript(original, redactUrl(url.url), query.onWarning);
  const folder = place.from === 'flag' ? query.paths.scripts : query.paths.defaultScripts;
  return {
    name,
    place,
    file: name,
    path: `${folder}/${name}`,
    from: parentPath(url.url),
    digest: digestOf(content),
    content,
    repaired: false,
  };
}

function onceEach(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (!said.has(message)) warn(message);
    said.add(message);
  };
}

async function scriptTree(root: string, scripts: readonly Found[]): Promise<FileTree> {
  await mkdir(root, { recursive: true });
  const entries = await Promise.all(
    scripts.map(async ({ file, content = Buffer.alloc(0) }): Promise<TreeEntry> => {
      const path = basename(file);
      await writeFile(join(root, path), content);
      return { type: 'file', path, mode: 0o755, mtimeMs: Date.now(), size: content.length };
    }),
  );
  return { root, entries, disposable: false };
}

function missingScripts(names: readonly ScriptName[], query: ScriptQuery): StiError {
  const lines = names.map((name) => {
    const places = scriptPlaces(name, query).map(describePlace);
    return `no ${name} script; looked for it at ${places.join(', ')}`;
  });
  const nowhere =
    query.imageScriptsUrl === undefined ? ' The builder image names no place for scripts: is it a builder image?' : '';
  return new StiError('scripts', lines.join('\n'), {
    hint: `Put the script into .sti/bin of the source, or name a place that has it with --scripts.${nowhere}`,
  });
}

function digestOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function parentPath(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
