import type { ChangedFile } from '../../source/build/events.ts';

/** Files that are there at two places. */
export interface Twice {
  /** Below these they have the same paths; of the builder's own, `''` stands for its layers. */
  readonly places: readonly [string, string];
  readonly files: number;
  /** Of one of both copies. */
  readonly bytes: number;
}

/** Smaller files are alike by chance. Bytes. */
const worthTelling = 1_024;

/**
 * What of an image is there twice, most bytes first: added files of one name and one size, by the folders in which they
 * are, and files of the builder's that were replaced and stay in its layers.
 */
export function foundTwice(changes: readonly ChangedFile[]): readonly Twice[] {
  const found = new Map<string, { readonly places: readonly [string, string]; files: number; bytes: number }>();
  const add = (places: readonly [string, string], bytes: number): void => {
    const key = places.join('\0');
    const pair = found.get(key) ?? { places, files: 0, bytes: 0 };
    pair.files += 1;
    pair.bytes += bytes;
    found.set(key, pair);
  };
  const first = new Map<string, string>();
  for (const { path, bytes, kind } of changes) {
    if (kind === 'changed') add([topOf(path), ''], bytes);
    if (kind !== 'added' || bytes < worthTelling) continue;
    const key = `${path.slice(path.lastIndexOf('/') + 1)}\0${bytes}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, path);
    else add(withoutCommonEnd(other, path), bytes);
  }
  return [...found.values()].toSorted((a, b) => b.bytes - a.bytes);
}

/** `/opt/app/src/a/x.js`, `/tmp/src/a/x.js` → `opt/app`, `tmp` */
function withoutCommonEnd(one: string, other: string): readonly [string, string] {
  const [a, b] = [partsOf(one), partsOf(other)];
  while (a.length > 0 && b.length > 0 && a.at(-1) === b.at(-1)) {
    a.pop();
    b.pop();
  }
  const [first = '', second = ''] = [a.join('/'), b.join('/')].toSorted();
  return [first, second];
}

function topOf(path: string): string {
  return partsOf(path)[0] ?? '';
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
