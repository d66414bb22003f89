import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

/** Whether logins of registries can be had. */
export function checkLogins({ logins }: Facts): Finding[] {
  const { ok, warn } = findingsOf('logins');
  const missing = logins.helpers.filter(({ found }) => !found);
  const there = logins.helpers.filter(({ found }) => found).map(({ name }) => `docker-credential-${name}`);
  const sources = [
    ...(logins.registries === 0
      ? []
      : [`logins for ${logins.registries} ${logins.registries === 1 ? 'registry' : 'registries'} in files`]),
    ...there,
  ];
  return [
    ...logins.problems.map((problem) => warn(problem, 'Correct that file, or log in again.')),
    ...missing.map(({ name, file }) =>
      warn(
        `${file} names docker-credential-${name}, which is not installed: no login is used for its registries`,
        'Install it, or take its name out of that file and log in again.',
      ),
    ),
    ...(missing.length + logins.problems.length > 0 && sources.length === 0
      ? []
      : [ok(sources.length === 0 ? 'none: registries are asked without a login' : sources.join(', '))]),
  ];
}
