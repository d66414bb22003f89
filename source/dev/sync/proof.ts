import type { Step } from './decide.ts';
import { formatKind } from './kind.ts';
import { isSettled, type Knowledge } from './knowledge.ts';
import { differences, type Facts, type Layer } from './layers/facts.ts';
import type { Lesson } from './study/lesson.ts';

/** A step that was done: `content` is the digest of what the file has in it since; '' for one that is gone. */
export type Done = Pick<Step, 'kind' | 'path' | 'place' | 'to'> & {
  readonly content: string;
};

/** What a container has over its builder when these files of it are other ones. */
export function withFiles(layer: Layer, done: readonly Done[]): Layer {
  const next = new Map<string, Facts>(layer);
  for (const { kind, place, to, content } of done) {
    const { uid, gid, modes } = to;
    const facts = next.get(place);
    if (kind.change === 'removed') next.delete(place);
    else if (facts !== undefined) next.set(place, { ...facts, content });
    else next.set(place, { type: 'file', mode: modes[1], uid, gid, content });
  }
  return next;
}

/** Whether assemble makes the same of a state as was served of it; else what differs, for a person. */
export function provedWrong(served: Layer, assembled: Layer): string | undefined {
  const [first, ...others] = differences(served, assembled);
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const did = first.after === undefined ? 'removes' : first.before === undefined ? 'also makes' : 'also changes';
  return `assemble ${did} ${first.path}${more}`;
}

/** What was said of these files and is proven now is as good as learned, where nothing was and all of a kind have one place. */
export function provenLessons(done: readonly Done[], knowledge: Knowledge): Lesson[] {
  const folders = new Map<string, Set<string>>();
  for (const { kind, to } of done) {
    const key = formatKind(kind);
    folders.set(key, new Set(folders.get(key)).add(to.folder));
  }
  return done
    .filter(({ kind }) => !isSettled(knowledge.get(formatKind(kind))) && folders.get(formatKind(kind))?.size === 1)
    .map(({ kind, to }) => ({ kind, learned: 'only copied', to }));
}
