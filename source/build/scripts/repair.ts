import { StiError } from '../../errors.ts';

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * A script as a container can run it, the same buffer when it can already. What editors on Windows add keeps it from starting: its first
 * line would name an interpreter that ends in a carriage return, or begin with a byte order mark.
 * @param what how messages name the script
 * @throws StiError `scripts` for a script that has nothing in it
 */
export function repairScript(content: Buffer, what: string, warn: (message: string) => void): Buffer {
  let repaired = content;
  if (repaired.subarray(0, 3).equals(byteOrderMark)) {
    warn(`${what} begins with a byte order mark; it was removed from the copy`);
    repaired = repaired.subarray(3);
  }
  if (repaired.includes('\r\n')) {
    warn(`${what} has Windows line endings (CR LF); they were repaired in the copy`);
    repaired = Buffer.from(repaired.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  }
  if (isBlank(repaired)) {
    throw new StiError('scripts', `${what} is empty`, {
      hint: 'Write the script, or remove the file: then the next place that has one is taken.',
    });
  }
  return repaired;
}

function isBlank(content: Buffer): boolean {
  return content.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
