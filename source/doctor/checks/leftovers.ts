import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

const mostNamed = 5;

/** What runs of sti that were killed have left. */
export function checkLeftovers({ leftovers: { names, cleaned } }: Facts): Finding[] {
  const { ok, warn } = findingsOf('leftovers');
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  const list = `${names.slice(0, mostNamed).join(', ')}${more}`;
  if (names.length === 0) return [ok('none')];
  if (cleaned) return [ok(`removed: ${list}`)];
  return [warn(`left by killed runs: ${list}`, 'Remove them with sti doctor --clean; the next build does as well.')];
}
