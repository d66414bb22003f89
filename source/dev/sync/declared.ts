import { posix } from 'node:path';
import { parseSyncLabel, type SyncMapping, syncLabel, syncMapping } from '../../protocol/sync-mappings.ts';
import { compileGlob, type GlobToken } from '../../tree/ignore/glob.ts';

/** Says of a path of the source where it is copied to; undefined: nobody has said that it is. */
export type Declared = (path: string) => { readonly place: string; readonly by: string } | undefined;

export interface Declaration {
  readonly mappings: readonly SyncMapping[];
  /** Who says so, in words. */
  readonly by: string;
  /** Of which paths they say nothing. */
  readonly but?: (path: string) => boolean;
}

/** The first that says anything of a path counts. */
export function declaredBy(declarations: readonly Declaration[]): Declared {
  const rules = declarations.flatMap(({ mappings, by, but }) => mappings.map((one) => ({ ...ruleOf(one), by, but })));
  return (path) => {
    for (const { covers, skipped, to, by, but } of rules)
      if (covers(path) && but?.(path) !== true) return { place: `${to}/${path.slice(skipped(path))}`, by };
    return undefined;
  };
}

/** What the configuration and the builder's label for it say, in the order in which they count. */
export function shortDeclarations(
  configured: readonly SyncMapping[],
  { labels }: Pick<ScriptWorld, 'labels'>,
  warn: (text: string) => void = () => {},
): Declaration[] {
  const label = labels[syncLabel];
  const mappings = label === undefined ? [] : parseSyncLabel(label);
  if (mappings === undefined) warn(`the label ${syncLabel} of the builder image has an entry that is not FROM:TO`);
  return [
    { mappings: configured, by: 'as the configuration says' },
    { mappings: mappings ?? [], by: `as the label ${syncLabel} says` },
  ].filter((one) => one.mappings.length > 0);
}

interface Rule {
  readonly covers: (path: string) => boolean;
  /** How much of a path is not in its place. */
  readonly skipped: (path: string) => number;
  readonly to: string;
}

function ruleOf({ from, to }: SyncMapping): Rule {
  const parts = from.split('/');
  const wild = parts.findIndex((part) => /[*?]/.test(part));
  const glob = compileGlob(tokensOf(from), { below: wild === -1 });
  const folder = wild === -1 ? from : parts.slice(0, wild).join('/');
  const skipped = (path: string) => {
    if (path === from) return path.lastIndexOf('/') + 1;
    return folder === '' ? 0 : folder.length + 1;
  };
  return { covers: (path) => glob.matches(path), skipped, to };
}

function tokensOf(pattern: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  for (const [part] of pattern.matchAll(/\*\*\/|\*\*|./gsu)) {
    if (part === '**/') tokens.push('folders');
    else if (part === '**') tokens.push('rest');
    else if (part === '*') tokens.push('star');
    else if (part === '?') tokens.push('any');
    else tokens.push(part.codePointAt(0) ?? 0);
  }
  return tokens;
}

export const deploymentsLabel = 'com.redhat.deployments-dir';

/** What tells where a script's words lead. */
export interface ScriptWorld {
  /** Where a build puts its files. */
  readonly destination: string;
  readonly workingDir: string;
  /** `NAME=VALUE` */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * What a builder's label for the folder of deployments says, where the assemble script says as well that the source is moved
 * or copied there. Files that are for a compiler are none of it.
 */
export function deploymentsOf(assemble: string, { destination, workingDir, env, labels }: ScriptWorld): Declaration[] {
  const folder = labels[deploymentsLabel]?.replace(/(?<=.)\/+$/, '') ?? '';
  const mapping = syncMapping('**', folder);
  if (mapping === undefined) return [];
  const values = new Map(env.map((one) => [one.replace(/=.*/s, ''), one.replace(/^[^=]*=/s, '')]));
  const expand = (word: string) => word.replace(/\$\{?(\w+)\}?/g, (_, name: string) => values.get(name) ?? '');
  const isMove = (line: string) => {
    const [program, ...words] = line
      .trim()
      .split(/\s+/, 20)
      .map((word) => expand(word.replace(/["']/g, '')));
    if (program !== 'mv' && program !== 'cp') return false;
    const [from, to] = words.filter((word) => !word.startsWith('-'));
    if (from !== `${destination}/src/*` && from !== `${destination}/src/.`) return false;
    return posix.resolve(workingDir || '/', to ?? '') === folder;
  };
  return assemble.split('\n').some(isMove) ? [{ mappings: [mapping], by: byDeployments, but: isForCompiler }] : [];
}

const byDeployments = `as ${deploymentsLabel} and the assemble script say`;

const forCompiler =
  /\.(?:[cm]?tsx?|jsx|s[ac]ss|less|styl|vue|svelte|astro|coffee|java|kts?|scala|go|rs|c|cc|cpp|hh?|hpp|cs|fs|vb|swift|exs?|hs|zig)$/;

function isForCompiler(path: string): boolean {
  return forCompiler.test(path);
}
