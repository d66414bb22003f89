/** What a save-artifacts run left, which decides the protocol that the script speaks. */
export type SavedBy = 'failed' | 'stream' | 'empty-archive' | 'folder' | 'late-archive' | 'unknown-archive' | 'nothing';

/**
 * What a script printed: an archive that sti reads, one of zeros only, one after some text, one in a format that sti
 * doesn't read, or nothing but text, if any.
 */
export type Printed = 'archive' | 'empty-archive' | 'late-archive' | 'unknown-archive' | 'text';

export interface SaveArtifactsRun {
  readonly exitCode: number;
  readonly printed: Printed;
  /** Whether the artifacts folder is empty. */
  readonly folderEmpty: boolean;
}

/** Decides by what a run did, never by what the image declares (docs/protocol.md, "save-artifacts"). */
export function savedBy({ exitCode, printed, folderEmpty }: SaveArtifactsRun): SavedBy {
  if (exitCode !== 0) return 'failed';
  if (printed === 'archive') return 'stream';
  if (printed === 'empty-archive') return 'empty-archive';
  if (!folderEmpty) return 'folder';
  return printed === 'text' ? 'nothing' : printed;
}

const blockSize = 512;
const checksumStart = 148;
const checksumEnd = 156;
const emptySum = 8 * 0x20;

/**
 * Whether a block is the header of a tar entry. Its checksum is the sum of all bytes, with the checksum's own field read
 * as spaces; some old programs summed signed bytes.
 */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < blockSize) return false;
  const stated = octal(block.subarray(checksumStart, checksumEnd));
  // No header sums to less than the spaces of that field; text that sums to 0 with its bytes signed is none.
  if (stated === undefined || stated < emptySum) return false;
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < blockSize; index += 1) {
    const byte = index >= checksumStart && index < checksumEnd ? 0x20 : (block[index] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stated === unsigned || stated === signed;
}

function octal(field: Uint8Array): number | undefined {
  const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(String.fromCharCode(...field)) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** Whether a block is one of those that end a tar. */
export function isZeroBlock(block: Uint8Array): boolean {
  if (block.length < blockSize) return false;
  for (let index = 0; index < blockSize; index += 1) if (block[index] !== 0) return false;
  return true;
}
