import type { FileTree } from '../../../tree/tree.ts';
import type { State } from '../../image/state.ts';
import type { Layer } from '../layers/facts.ts';
import type { Base } from '../plan.ts';
import { believe, learnNothing, type Study } from './believe.ts';
import { fileChanges, kindsBetween } from './changes.ts';
import { type Lesson, lessonsOf } from './lesson.ts';

/** An image of a state, and what it has over its builder, or in words why that can't be seen. */
interface Seen {
  readonly state: State;
  readonly layer: Layer | string;
}

/**
 * Learns from an image what it has over the one before, or tells what stands in the way of that.
 *
 * @param newest the source as it is now
 */
export function learnFrom(before: Base | undefined, image: Seen, newest: FileTree, study: Study): void {
  const lessons = lessonsFrom(before, image, newest);
  if (typeof lessons !== 'string') believe(lessons, study);
  else learnNothing(before === undefined ? [] : kindsBetween(...entriesOf(before, image)), lessons, study);
}

function lessonsFrom(before: Base | undefined, image: Seen, newest: FileTree): Lesson[] | string {
  const { layer } = image;
  if (typeof layer === 'string') return layer;
  if (before === undefined) return 'there is no image before it to compare it with';
  const changes = fileChanges(...entriesOf(before, image), newest);
  return typeof changes === 'string' ? changes : lessonsOf(changes, before.layer, layer);
}

function entriesOf(before: Pick<Base, 'state'>, after: Pick<Seen, 'state'>) {
  return [before.state.opened.tree.entries, after.state.opened.tree.entries] as const;
}
