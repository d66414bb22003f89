import type { Declared } from './declared.ts';
import { type ChangeType, describeKind, formatKind, isForBuild, kindOf } from './kind.ts';
import type { Knowledge } from './knowledge.ts';

/** What is known of a file of the source, a line for each way in which it may change. */
export function explain(knowledge: Knowledge, declared: Declared, path: string): string[] {
  if (isForBuild(path)) return [`${path} is for the build: a change of it is always assembled`];
  return (['changed', 'added', 'removed'] satisfies ChangeType[]).map((change) => {
    const kind = kindOf(path, change);
    const known = knowledge.get(formatKind(kind));
    const what = `${change}: ${describeKind({ ...kind, change: 'changed' })}`;
    const said = declared(path);
    if (said !== undefined && !(known && 'why' in known))
      return `${what} is only copied, to ${said.place} (${said.by})`;
    if (known === undefined) return `${what}: nothing is known yet, so it is assembled`;
    if ('unclear' in known)
      return `${what}: nothing is known yet, so it is assembled (build ${known.build}: ${known.unclear})`;
    return 'why' in known
      ? `${what} is not only copied: ${known.why} (build ${known.build})`
      : `${what} is only copied, to ${known.to.folder}/ (learned from build ${known.build})`;
  });
}
