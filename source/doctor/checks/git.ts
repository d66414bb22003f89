import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

/** Whether repositories can be sources. */
export function checkGit({ git }: Facts): Finding[] {
  const { ok, warn } = findingsOf('git');
  if (git) return [ok('installed')];
  return [warn('not installed: SOURCE cannot be a repository, and images get no commit labels', 'Install git.')];
}
