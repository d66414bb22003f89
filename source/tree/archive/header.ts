import { isTarHeader } from '../../protocol/save-artifacts.ts';
import type { ByteName } from './names.ts';

export const blockSize = 512;

/** The first block of an entry, as its fields say; extended headers may overrule name, target and size. */
export interface TarHeader {
  readonly name: ByteName;
  readonly linkname: ByteName;
  /** One character; the oldest archives have a NUL for a file. */
  readonly type: string;
  /** Bytes of content; NaN when the field holds no number. */
  readonly size: number;
  readonly mode: number;
  readonly mtimeMs: number;
}

/** undefined: no header, or a damaged one. */
export function readHeader(block: Buffer): TarHeader | undefined {
  if (!isTarHeader(block)) return undefined;
  const name = text(block, 0, 100);
  // Only POSIX has the rest of a long name there; GNU's format keeps other things in the same place.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(block, 345, 155) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkname: text(block, 157, 100),
    type: block.toString('latin1', 156, 157),
    size: number(block, 124, 12),
    mode: number(block, 100, 8) || 0,
    mtimeMs: number(block, 136, 12) * 1000 || 0,
  };
}

function text(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start);
  return block.toString('latin1', start, end === -1 ? start + length : Math.min(end, start + length));
}

/** Octal digits, or GNU's base 256 for what doesn't fit into them; an empty field is 0. */
function number(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if (first === 0x80) return block.subarray(start + 1, start + length).reduce((sum, byte) => sum * 256 + byte, 0);
  const [, digits] = /^[ \0]*([0-7]*)[ \0]*$/.exec(block.toString('latin1', start, start + length)) ?? [];
  return digits === undefined ? Number.NaN : Number.parseInt(digits || '0', 8);
}

/**
 * The records of an extended header, `LENGTH KEY=VALUE\n` one after another; undefined when they are damaged, for then
 * nobody knows the names of what follows.
 */
export function readRecords(bytes: Buffer): ReadonlyMap<string, ByteName> | undefined {
  const records = new Map<string, ByteName>();
  const all = bytes.toString('latin1');
  for (let at = 0; at < all.length; ) {
    const [start, digits] = /^(\d{1,10}) /.exec(all.slice(at, at + 11)) ?? [];
    if (start === undefined) return undefined;
    const end = at + Number(digits);
    const equals = all.indexOf('=', at);
    if (end > all.length || equals < at + start.length + 1 || equals >= end || all[end - 1] !== '\n') return undefined;
    records.set(all.slice(at + start.length, equals), all.slice(equals + 1, end - 1));
    at = end;
  }
  return records;
}
