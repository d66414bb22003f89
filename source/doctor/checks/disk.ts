import { formatBytes } from '../../terminal/units.ts';
import type { Disk, Facts } from '../facts.ts';
import { type Finding, findingsOf } from '../finding.ts';

const little = 5e9;
const tooLittle = 5e8;

/** Whether images and temporary files have room. */
export function checkDisk({ disks }: Facts): Finding[] {
  return disks.map(check);
}

function check({ use, path, free, writable }: Disk): Finding {
  const { ok, warn, fail } = findingsOf('disk');
  const place = `${path} (${use})`;
  const advice =
    use === 'images'
      ? 'Remove images that nobody needs (docker image prune), or give the engine a larger disk.'
      : 'Free some space there, or set TMPDIR to a folder on a larger disk.';
  if (!writable) return fail(`${place} can't be written`, 'Set TMPDIR to a folder that you can write to.');
  if (free === undefined) return ok(`${place}: its room can't be seen from here`);
  const text = `${place}: ${formatBytes(free)} free`;
  return free < tooLittle ? fail(text, advice) : free < little ? warn(text, advice) : ok(text);
}
