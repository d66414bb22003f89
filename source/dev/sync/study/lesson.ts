import { type ChangeType, isForBuild, type Kind, kindOf } from '../kind.ts';
import { differences, type Facts, type Layer } from '../layers/facts.ts';

/** A file of the source that two states differ in. */
export interface FileChange {
  readonly change: ChangeType;
  readonly path: string;
  /** Digest of what it has in it now; '' when it's removed. */
  readonly content: string;
  /** Permission bits of the source's file. */
  readonly mode: number;
}

/** Where a kind of file is copied to. */
export interface Place {
  /** Absolute. */
  readonly folder: string;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits in the source, and what they are in the image. */
  readonly modes: readonly [source: number, image: number];
}

/** What one build has taught about a kind of file. */
export type Lesson =
  | { readonly kind: Kind; readonly learned: 'only copied'; readonly to: Place }
  /** `why` continues "is not only copied: …". */
  | { readonly kind: Kind; readonly learned: 'more'; readonly why: string }
  /** `why` continues "nothing is known of it: …". */
  | { readonly kind: Kind; readonly learned: 'nothing'; readonly why: string };

/**
 * What is to be learned from two images of one builder, of which the second has these changes more: they are only copied
 * where what differs in the images is those files, at one place each, and nothing else.
 *
 * @param changes all that the states differ in
 */
export function lessonsOf(changes: readonly FileChange[], before: Layer, after: Layer): Lesson[] {
  const found = changes.map((change) => ({ change, place: placeOf(change, before, after) }));
  const explained = new Set(found.flatMap(({ place }) => (place === undefined ? [] : [place.path])));
  const rest = differences(before, after).find(({ path }) => !explained.has(path));
  const kinds = new Map(found.map(({ change }) => [JSON.stringify(kindOf(change.path, change.change)), change]));
  if (rest !== undefined) {
    // Of several kinds nobody can say whose doing it is, and of what is for the build it says nothing of its kind.
    const [only, ...others] = [...kinds.values()].map(({ path, change }) => ({ path, kind: kindOf(path, change) }));
    if (only === undefined) return [];
    if (others.length === 0 && !changes.some(({ path }) => isForBuild(path)))
      return [{ kind: only.kind, learned: 'more', why: `assemble also changes ${rest.path}` }];
    const why = `assemble also changed ${rest.path}, which any file of that save may be the reason for`;
    return [only, ...others].flatMap(({ path, kind }) => (isForBuild(path) ? [] : [{ kind, learned: 'nothing', why }]));
  }
  return [...kinds.values()].flatMap(({ path, change }): Lesson[] => {
    const kind = kindOf(path, change);
    const ofKind = found.filter((one) => isKind(kind, one.change));
    const [first] = ofKind;
    if (isForBuild(path)) return [];
    const nothing = (why: string): Lesson[] => [{ kind, learned: 'nothing', why }];
    if (first?.place === undefined) return nothing(`the image has ${path} nowhere, or at several places`);
    const folders = new Set(ofKind.map(({ place }) => place && folderOf(place.path)));
    if (folders.size > 1) return nothing('the image has them in several folders');
    const { uid, gid, mode } = first.place.facts;
    const to = { folder: folderOf(first.place.path), uid, gid, modes: [first.change.mode, mode] as const };
    return [{ kind, learned: 'only copied', to }];
  });
}

function isKind(kind: Kind, { path, change }: FileChange): boolean {
  const { folder, ending } = kindOf(path, change);
  return kind.change === change && kind.folder === folder && kind.ending === ending;
}

/** The one path that has this change in the image; undefined: none, or several. */
function placeOf(
  { change, path, content }: FileChange,
  before: Layer,
  after: Layer,
): { readonly path: string; readonly facts: Facts } | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const places: { path: string; facts: Facts }[] = [];
  for (const [at, facts] of change === 'removed' ? before : after) {
    // A newline would end the name where the gate is told of it.
    if (facts.type !== 'file' || !at.endsWith(`/${name}`) || at.includes('\n')) continue;
    const other = (change === 'removed' ? after : before).get(at);
    const fits =
      change === 'changed'
        ? other?.type === 'file' && other.mode === facts.mode && facts.content === content && other.content !== content
        : other === undefined && (change === 'removed' || facts.content === content);
    if (fits) places.push({ path: at, facts });
  }
  return places.length === 1 ? places[0] : undefined;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
