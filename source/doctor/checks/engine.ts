import { type Facts, isReached } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

/** Which engine is used, and how it was found. */
export function checkEngine({ engine }: Facts): Finding[] {
  const { ok, fail } = findingsOf('engine');
  if (!isReached(engine)) return [fail(engine.problem, engine.advice)];
  const { kind, address, from, apiVersion, rootless } = engine.about;
  const name = `${kind === 'podman' ? 'Podman' : 'Docker'} ${engine.description.version}`.trimEnd();
  return [ok(`${name}, API ${apiVersion}${rootless ? ', rootless' : ''}, at ${address} (from ${from})`)];
}
