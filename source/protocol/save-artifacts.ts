/** What a save-artifacts run left, which decides the protocol that the script speaks. */
export type SavedBy = 'failed' | 'stream' | 'empty-archive' | 'folder' | 'nothing';

export interface SaveArtifactsRun {
  readonly exitCode: number;
  /** The first 512 bytes of stdout, unzipped if it is gzip; fewer when it printed less. */
  readonly firstBlock: Uint8Array;
  /** Whether the artifacts folder is empty. */
  readonly folderEmpty: boolean;
}

/** Decides by what a run did, never by what the image declares (PROTOCOL.md, "save-artifacts"). */
export function savedBy({ exitCode, firstBlock, folderEmpty }: SaveArtifactsRun): SavedBy {
  if (exitCode !== 0) return 'failed';
  if (isTarHeader(firstBlock)) return 'stream';
  if (isZeroBlock(firstBlock)) return 'empty-archive';
  return folderEmpty ? 'nothing' : 'folder';
}

const blockSize = 512;
const checksumStart = 148;
const checksumEnd = 156;

/**
 * Whether a block is the header of a tar entry. Its checksum is the sum of all bytes, with the checksum's own field read
 * as spaces; some old programs summed signed bytes.
 */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < blockSize) return false;
  const stated = octal(block.subarray(checksumStart, checksumEnd));
  if (stated === undefined) return false;
  let unsigned = 0;
  let signed = 0;
  for (const [index, stored] of block.subarray(0, blockSize).entries()) {
    const byte = index >= checksumStart && index < checksumEnd ? 0x20 : stored;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stated === unsigned || stated === signed;
}

function octal(field: Uint8Array): number | undefined {
  const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(String.fromCharCode(...field)) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** Whether bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Whether a block is one of those that end a tar. */
export function isZeroBlock(block: Uint8Array): boolean {
  return block.length >= blockSize && block.subarray(0, blockSize).every((byte) => byte === 0);
}
