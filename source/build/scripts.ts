import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StiError } from '../errors.ts';
import type { FileTree, TreeEntry } from '../origin/tree.ts';
import type { BuildPaths } from '../protocol/paths.ts';
import {
  describePlace,
  requiredScripts,
  type ScriptName,
  type ScriptPlace,
  type ScriptUrl,
  scriptPlaces,
} from '../protocol/script-places.ts';
import { fetchScript } from './fetch-script.ts';

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
  /** Paths of scripts in the source: they must be executable in the container, whatever mode they came with. */
  readonly sourceScripts: readonly string[];
}

export interface ScriptQuery {
  readonly names: readonly ScriptName[];
  /** Those without which nothing goes on; PROTOCOL.md's when absent. */
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
  readonly onWarning: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** Looks for each script by itself, in the order that PROTOCOL.md ("Scripts") gives; names every place tried when a required one is nowhere. */
export async function resolveScripts(query: ScriptQuery): Promise<ScriptSet> {
  // A place before the source may end the search, and then nobody waits for the source any more.
  query.source.catch(() => {});
  const candidates = await Promise.all(query.names.map((name) => findScript(name, query)));
  const found = new Map<ScriptName, Found>();
  for (const candidate of candidates) if (candidate !== undefined) found.set(candidate.name, candidate);
  const missing = (query.required ?? requiredScripts).filter((name) => !found.has(name));
  if (missing.length > 0) throw missingScripts(missing, query);

  const trees: { folder: string; tree: FileTree }[] = [];
  for (const [placeFrom, folder] of [
    ['flag', 'scripts'],
    ['image', 'defaultScripts'],
  ] as const) {
    const fetched = [...found.values()].filter((one) => one.place.from === placeFrom && one.content !== undefined);
    if (fetched.length > 0) trees.push({ folder, tree: await scriptTree(join(query.folder, folder), fetched) });
  }
  const repaired = [...found.values()].filter((one) => one.place.from === 'source' && one.repaired);
  for (const folder of new Set(repaired.map((one) => parentOf(one.place)))) {
    const inFolder = repaired.filter((one) => parentOf(one.place) === folder);
    trees.push({ folder: `src/${folder}`, tree: await scriptTree(join(query.folder, 'repaired', folder), inFolder) });
  }
  const sourceScripts = [...found.values()].flatMap((one) => (one.place.from === 'source' ? [one.place.path] : []));
  return { found, trees, sourceScripts };
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
  const entry = tree.entries.find((one) => one.path === place.path && one.type !== 'directory');
  if (entry === undefined) return undefined;
  const common = { name, place, path: `${query.paths.source}/${place.path}`, from: `${parentOf(place)} of the source` };
  if (entry.type === 'link') {
    return { ...common, digest: digestOf(Buffer.from(entry.target)), content: undefined, repaired: false };
  }
  const original = await readFile(join(tree.root, place.path));
  const content = repairLineEndings(original, describePlace(place), query.onWarning);
  return { ...common, digest: digestOf(content), content, repaired: content !== original };
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
      path: url.path,
      from,
      digest: `${query.imageId}:${url.path}`,
      content: undefined,
      repaired: false,
    };
  }
  const original = await fetchScript(url.url, query.cwd, query.signal);
  if (original === undefined) return undefined;
  const content = repairLineEndings(original, url.url, query.onWarning);
  const folder = place.from === 'flag' ? query.paths.scripts : query.paths.defaultScripts;
  return {
    name,
    place,
    path: `${folder}/${name}`,
    from: parentPath(url.url),
    digest: digestOf(content),
    content,
    repaired: false,
  };
}

/** A script edited on Windows doesn't start: its first line would name an interpreter that ends in a carriage return. */
function repairLineEndings(content: Buffer, what: string, warn: (message: string) => void): Buffer {
  if (!content.includes('\r\n')) return content;
  warn(`${what} has Windows line endings (CR LF); they were repaired in the copy`);
  return Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

async function scriptTree(root: string, scripts: readonly Found[]): Promise<FileTree> {
  await mkdir(root, { recursive: true });
  const entries = await Promise.all(
    scripts.map(async ({ name, content = Buffer.alloc(0) }): Promise<TreeEntry> => {
      await writeFile(join(root, name), content);
      return { type: 'file', path: name, mode: 0o755, mtimeMs: Date.now(), size: content.length };
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

function parentOf(place: ScriptPlace): string {
  return place.from === 'source' ? parentPath(place.path) : '';
}

function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
