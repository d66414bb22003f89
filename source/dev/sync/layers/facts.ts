/** What an image has at a path, as far as a program can tell. */
export interface Facts {
  readonly type: 'file' | 'directory' | 'link' | 'other' | 'deleted';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** A digest of a file's content, what a link leads to; '' for the rest. */
  readonly content: string;
}

/** What an image has over its builder image, by absolute path. */
export type Layer = ReadonlyMap<string, Facts>;

/** A path that two layers have different things at; undefined: nothing. */
export interface Difference {
  readonly path: string;
  readonly before: Facts | undefined;
  readonly after: Facts | undefined;
}

/** What differs between two layers over one builder image, but for noise. */
export function differences(before: Layer, after: Layer): Difference[] {
  const found: Difference[] = [];
  for (const [path, facts] of before) {
    const now = after.get(path);
    if (!isSame(facts, now) && !isNoise(path)) found.push({ path, before: facts, after: now });
  }
  for (const [path, facts] of after) {
    if (!before.has(path) && !isNoise(path)) found.push({ path, before: undefined, after: facts });
  }
  return found;
}

function isSame(a: Facts, b: Facts | undefined): boolean {
  return (
    b !== undefined &&
    a.type === b.type &&
    a.content === b.content &&
    (a.type === 'link' || a.mode === b.mode) &&
    a.uid === b.uid &&
    a.gid === b.gid
  );
}

const noisyFolders: ReadonlySet<string> = new Set('__pycache__ .cache .npm .yarn .bundle _cacache _logs'.split(' '));
const noisyPlaces = ['/tmp/', '/var/tmp/', '/var/log/', '/var/cache/', '/run/'];

/**
 * Caches, logs and what lies about for a while: two builds of one state differ there, and no application is made of it. By
 * name, and not by looking at two such builds: what carries the time of its making may still be compiled from the source.
 */
function isNoise(path: string): boolean {
  return (
    noisyPlaces.some((place) => path.startsWith(place)) ||
    /\.(?:log|pyc)$/.test(path) ||
    path.split('/').some((part) => noisyFolders.has(part))
  );
}
