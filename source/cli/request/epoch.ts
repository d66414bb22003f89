import { StiError } from '../../errors.ts';
import type { Environment } from '../../terminal/output.ts';

/** What the time field of a tar can say. */
const latest = 8 ** 11 - 1;

/** The time as of which an image is made, seconds; undefined: nobody says. Throws `usage`. */
export function readEpoch({ SOURCE_DATE_EPOCH: written = '' }: Environment): number | undefined {
  if (written === '') return undefined;
  if (/^\d{1,10}$/.test(written) && Number(written) <= latest) return Number(written);
  throw new StiError(
    'usage',
    `Invalid value ${JSON.stringify(written.slice(0, 100))} for SOURCE_DATE_EPOCH: expected seconds since 1970`,
    {
      hint: 'Set it to the time of the last commit: SOURCE_DATE_EPOCH=$(git log -1 --format=%ct).',
    },
  );
}
