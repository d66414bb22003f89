import type { DevEmit } from '../../events.ts';
import { describeKind, formatKind, type Kind } from '../kind.ts';
import { isSettled, withLessons, withoutKinds } from '../knowledge.ts';
import type { Memory } from '../memory.ts';
import type { Lesson } from './lesson.ts';

/** What the image of a cycle has taught, and whom it is told. */
export interface Study {
  readonly cycle: number;
  readonly memory: Memory;
  readonly emit: DevEmit;
}

/** Takes lessons into what is known, and tells what of them is news. */
export function believe(lessons: readonly Lesson[], { cycle, memory, emit }: Study): void {
  const known = memory.knowledge;
  memory.knowledge = withLessons(known, lessons, cycle);
  const kinds = lessons.flatMap((lesson) => {
    const { kind } = lesson;
    const isNew = lesson.learned === 'only copied' && !isSettled(known.get(formatKind(kind)));
    return isNew ? [{ what: describeKind(kind), to: lesson.to.folder }] : [];
  });
  if (kinds.length > 0) void emit({ type: 'learned', at: Date.now(), cycle, kinds });
  for (const lesson of lessons)
    if (lesson.learned === 'more') tellUnlearned([lesson.kind], lesson.why, { cycle, emit });
  const reasons = new Map<string, Kind[]>();
  for (const lesson of lessons) {
    if (lesson.learned !== 'nothing' || isSettled(known.get(formatKind(lesson.kind)))) continue;
    reasons.set(lesson.why, [...(reasons.get(lesson.why) ?? []), lesson.kind]);
  }
  for (const [why, kinds] of reasons) tellNotLearned(kinds, why, { cycle, emit });
}

/** These kinds are more than copied, as what was served of them has shown. */
export function disbelieve(kinds: readonly Kind[], why: string, { cycle, memory, emit }: Study): void {
  memory.knowledge = withoutKinds(memory.knowledge, kinds, why, cycle);
  tellUnlearned(kinds, why, { cycle, emit });
}

/** An image taught nothing, whatever changed. */
export function learnNothing(kinds: readonly Kind[], why: string, { cycle, memory, emit }: Study): void {
  const unsettled = kinds.filter((kind) => !isSettled(memory.knowledge.get(formatKind(kind))));
  const lessons = unsettled.map((kind): Lesson => ({ kind, learned: 'nothing', why }));
  memory.knowledge = withLessons(memory.knowledge, lessons, cycle);
  tellNotLearned(unsettled, why, { cycle, emit });
}

function tellUnlearned(kinds: readonly Kind[], why: string, { cycle, emit }: Omit<Study, 'memory'>): void {
  void emit({ type: 'unlearned', at: Date.now(), cycle, kinds: inWords(kinds), why });
}

export function tellNotLearned(kinds: readonly Kind[], why: string, { cycle, emit }: Omit<Study, 'memory'>): void {
  void emit({ type: 'not-learned', at: Date.now(), cycle, kinds: inWords(kinds), why });
}

function inWords(kinds: readonly Kind[]): string[] {
  return [...new Set(kinds.map(describeKind))];
}
