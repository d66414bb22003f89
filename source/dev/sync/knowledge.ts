import { formatKind, type Kind, parseKind } from './kind.ts';
import type { Lesson, Place } from './study/lesson.ts';

/** What is known of one kind of file, and the build that taught it. */
type Known =
  | { readonly build: number; readonly to: Place }
  /** Not only copied; stays so. */
  | { readonly build: number; readonly why: string }
  /** Nothing yet, since the last build with such a file could not tell. */
  | { readonly build: number; readonly unclear: string };

/** What is known of a source with a builder, by kind (see `formatKind`). */
export type Knowledge = ReadonlyMap<string, Known>;

/** Once a kind was found not to be only copied, nothing that looks otherwise is believed. */
export function withLessons(knowledge: Knowledge, lessons: readonly Lesson[], build: number): Knowledge {
  const next = new Map(knowledge);
  for (const lesson of lessons) {
    const key = formatKind(lesson.kind);
    const known = next.get(key);
    if (lesson.learned === 'more') next.set(key, { build, why: lesson.why });
    else if (lesson.learned === 'nothing') {
      if (!isSettled(known)) next.set(key, { build, unclear: lesson.why });
    } else if (!isSettled(known)) next.set(key, { build, to: lesson.to });
    else if (known !== undefined && 'to' in known && known.to.folder !== lesson.to.folder)
      next.set(key, { build, why: `it was copied to ${known.to.folder} and to ${lesson.to.folder}` });
  }
  return next;
}

/** Whether it is known to be only copied, or to be more. */
export function isSettled(known: Known | undefined): boolean {
  return known !== undefined && !('unclear' in known);
}

/** After what was served early wasn't what assemble makes. */
export function withoutKinds(knowledge: Knowledge, kinds: readonly Kind[], why: string, build: number): Knowledge {
  return withLessons(
    knowledge,
    kinds.map((kind) => ({ kind, learned: 'more', why })),
    build,
  );
}

/** Whether there is a kind of file that is only copied. */
export function isOfUse(knowledge: Knowledge): boolean {
  return [...knowledge.values()].some((known) => 'to' in known);
}

export function formatKnowledge(knowledge: Knowledge): string {
  return JSON.stringify(Object.fromEntries(knowledge));
}

/** Of a text that anybody may have written; what isn't understood is not known. */
export function parseKnowledge(text: string | undefined): Knowledge {
  const knowledge = new Map<string, Known>();
  for (const [key, value] of Object.entries(object(json(text)))) {
    const { build, to, why, unclear } = object(value);
    if (parseKind(key) === undefined || !isCount(build)) continue;
    const place = parsePlace(to);
    if (place !== undefined) knowledge.set(key, { build, to: place });
    else if (typeof why === 'string') knowledge.set(key, { build, why });
    else if (typeof unclear === 'string') knowledge.set(key, { build, unclear });
  }
  return knowledge;
}

function parsePlace(value: unknown): Place | undefined {
  const { folder, uid, gid, modes } = object(value);
  const [source, image]: unknown[] = Array.isArray(modes) ? modes : [];
  const isFolder = typeof folder === 'string' && /^(?:\/(?!\.{1,2}(?:\/|$))[^/\0\n]+)*$/.test(folder);
  if (!isFolder || !isCount(uid) || !isCount(gid) || !isCount(source) || !isCount(image)) return undefined;
  return { folder, uid, gid, modes: [source & 0o7777, image & 0o7777] };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
