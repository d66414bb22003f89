import type { TreeDelta } from '../../tree/sync.ts';
import type { TreeEntry } from '../../tree/tree.ts';
import { describeKind, formatKind, isForBuild, type Kind, kindOf } from './kind.ts';
import type { Knowledge } from './knowledge.ts';
import type { Place } from './lesson.ts';

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

/**
 * Whether a change needs no assemble: every file of it is of a kind that is only copied.
 *
 * @param before the tree that the image was made of
 * @param concernsInputs of a path: it is one of those that say how to build
 */
export function decide(
  before: readonly TreeEntry[],
  { bring, remove }: TreeDelta,
  knowledge: Knowledge,
  concernsInputs: (path: string) => boolean,
): Decision {
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
    const kind = kindOf(path, file === undefined ? 'removed' : was === undefined ? 'added' : 'changed');
    const known = knowledge.get(formatKind(kind));
    if (known === undefined) return assemble(`nothing is known of ${describeKind(kind)}`);
    if ('why' in known) return assemble(`${describeKind(kind)}: ${known.why}`);
    if (file !== undefined && was !== undefined && file.mode !== was.mode) return assemble(`${path} has another mode`);
    if (file !== undefined && was === undefined && file.mode !== known.to.modes[0])
      return assemble(`${path} has a mode that none of its kind had`);
    if (file?.type === 'file') bytes += file.size;
    words.add(`${describeKind(kind)} is only copied (learned from build ${known.build})`);
    const place = `${known.to.folder}/${path.slice(path.lastIndexOf('/') + 1)}`;
    steps.push({ kind, path, place, to: known.to, entry: file?.type === 'file' ? file : undefined });
  }
  if (steps.length > mostFiles || bytes > mostBytes) return assemble('it is much at once');
  return { way: 'sync', steps, why: words.size === 0 ? 'nothing changed' : [...words].join(', ') };
}

function assemble(why: string): Decision {
  return { way: 'assemble', why };
}
