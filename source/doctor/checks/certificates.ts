import type { Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

/** The authorities that are trusted beside Node.js's own. */
export function checkCertificates({ certificates }: Facts): Finding[] {
  const { ok, fail } = findingsOf('certificates');
  if (certificates.length === 0) return [ok("Node.js's own authorities are trusted")];
  return certificates.map(({ name, file, problem }) =>
    problem === undefined
      ? ok(`those in ${file} are trusted too (${name})`)
      : fail(`${name} names ${file}, which ${problem}`, `Set ${name} to a PEM file, or unset it.`),
  );
}
