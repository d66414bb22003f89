import type { TreeDelta } from '../../tree/sync.ts';
import type { TreeEntry } from '../../tree/tree.ts';
import type { Declared } from './declared.ts';
import { describeKind, formatKind, isForBuild, type Kind, kindOf } from './kind.ts';
import type { Knowledge } from './knowledge.ts';
import type { Facts, Layer } from './layers/facts.ts';
import type { Place } from './study/lesson.ts';

/** A file of the source and what is to happen with it in a container. */
export interface Step {
  readonly kind: Kind;
  /** In the source. */
  readonly path: string;
  /** In the container. */
  readonly place: string;
  readonly to: Place;
  /** Undefined: it is removed. */
  readonly entry: (TreeEntry & { readonly type: 'file' }) | undefined;
}

export type Decision =
  | { readonly way: 'sync'; readonly steps: readonly Step[]; readonly why: string }
  /** In words, why this change has to be assembled. */
  | { readonly way: 'assemble'; readonly why: string };

/** Beyond this a clean start is as quick. */
const mostFiles = 200;
const mostBytes = 16 * 1024 * 1024;

/** What is known of how files get into the image. */
export interface Grounds {
  readonly knowledge: Knowledge;
  readonly declared: Declared;
  /** What the image, or the container that runs, has over the builder. */
  readonly layer: Layer;
  /** Of a path: it is one of those that say how to build. */
  readonly concernsInputs: (path: string) => boolean;
}

/**
 * Whether a change needs no assemble: every file of it is of a kind that is only copied, as was learned or somebody has said,
 * and its place in the image is as that would have it.
 *
 * @param before the tree that the layer was made of
 */
export function decide(before: readonly TreeEntry[], { bring, remove }: TreeDelta, grounds: Grounds): Decision {
  const { knowledge, declared, layer, concernsInputs } = grounds;
  const old = new Map(before.map((entry) => [entry.path, entry]));
  const steps: Step[] = [];
  let bytes = 0;
  const words = new Set<string>();
  for (const entry of [...bring, ...remove]) {
    const path = typeof entry === 'string' ? entry : entry.path;
    const file = typeof entry === 'string' ? undefined : entry;
    const was = old.get(path);
    if (concernsInputs(path) || isForBuild(path)) return assemble(`${path} is for the build`);
    if ((file ?? was)?.type !== 'file' || (was !== undefined && was.type !== 'file'))
      return assemble(`${path} is no regular file`);
    if (file !== undefined && was !== undefined && file.mode !== was.mode) return assemble(`${path} has another mode`);
    const kind = kindOf(path, file === undefined ? 'removed' : was === undefined ? 'added' : 'changed');
    const known = knowledge.get(formatKind(kind));
    if (known !== undefined && 'why' in known) return assemble(`${describeKind(kind)}: ${known.why}`);
    const said = declared(path);
    const taught = known !== undefined && 'to' in known ? known : undefined;
    const unclear = known !== undefined && 'unclear' in known ? `: ${known.unclear}` : '';
    if (taught === undefined && said === undefined)
      return assemble(`nothing is known of ${describeKind(kind)}${unclear}`);
    const place = said?.place ?? `${taught?.to.folder}/${nameOf(path)}`;
    const there = layer.get(place);
    if (kind.change === 'added' ? there !== undefined : there?.type !== 'file')
      return assemble(`the image has ${there === undefined ? 'nothing' : 'something else'} at ${place}`);
    const learned = taught?.to.folder === folderOf(place) ? taught.to : undefined;
    const to = learned ?? (there && placeOf(place, was?.mode ?? 0, there)) ?? likeOthers(before, file, grounds);
    if (to === undefined || (kind.change === 'added' && file?.mode !== to.modes[0]))
      return assemble(`${path} has a mode that none of its kind had`);
    if (file?.type === 'file') bytes += file.size;
    words.add(`${describeKind(kind)} is only copied (${said?.by ?? `learned from build ${taught?.build}`})`);
    steps.push({ kind, path, place, to, entry: file?.type === 'file' ? file : undefined });
  }
  if (steps.length > mostFiles || bytes > mostBytes) return assemble('it is much at once');
  return { way: 'sync', steps, why: words.size === 0 ? 'nothing changed' : [...words].join(', ') };
}

function assemble(why: string): Decision {
  return { way: 'assemble', why };
}

/** How an added file is to be in the image, of which nothing was learned: as one beside it that has the same mode. */
function likeOthers(
  before: readonly TreeEntry[],
  file: TreeEntry | undefined,
  { declared, layer }: Grounds,
): Place | undefined {
  if (file === undefined) return undefined;
  for (const { type, mode, path } of before) {
    if (type !== 'file' || mode !== file.mode || folderOf(path) !== folderOf(file.path)) continue;
    const place = declared(path)?.place;
    const facts = place === undefined ? undefined : layer.get(place);
    if (place !== undefined && facts?.type === 'file' && folderOf(place) === folderOf(declared(file.path)?.place ?? ''))
      return placeOf(place, mode, facts);
  }
  return undefined;
}

function placeOf(place: string, mode: number, facts: Facts): Place {
  return { folder: folderOf(place), uid: facts.uid, gid: facts.gid, modes: [mode, facts.mode] };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
