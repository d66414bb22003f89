import { isTarHeader, isZeroBlock } from '../../protocol/save-artifacts.ts';

export type ArchiveKind = 'tar' | 'gzip' | 'zip' | 'bzip2' | 'xz';

/** Bytes at the start of a file that `sniff` wants to see. */
export const sniffLength = 512;

const magics: readonly (readonly [ArchiveKind, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  // An empty zip is its end record alone.
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
];

/** What an archive is by its first bytes; undefined: none that sti reads. */
export function sniff(head: Uint8Array): ArchiveKind | undefined {
  const found = magics.find(([, magic]) => magic.every((byte, index) => head[index] === byte));
  if (found) return found[0];
  // A block of zeros is the end of a tar without entries.
  return isTarHeader(head) || isZeroBlock(head) ? 'tar' : undefined;
}
