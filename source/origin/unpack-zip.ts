import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { messageOf, StiError } from '../errors.ts';
import { type Unpacked, type UnpackOptions, UnpackTarget } from './unpack-target.ts';

const kindMask = 0o170000;
const kinds = { folder: 0o040000, file: 0o100000, link: 0o120000 };
const longestTarget = 4096;
const deflate = 8;
const unixHost = 3;
/** Files up to this size are inflated at once: a stream for each costs far more than its work. */
const smallFile = 1024 * 1024;

interface OpenZip {
  readonly zip: ZipFile;
  readonly file: number;
  readonly target: UnpackTarget;
  readonly signal: AbortSignal | undefined;
}

/** Unpacks a zip file into `destination`, made when absent, by the same rules as `unpackTar`. */
export async function unpackZip(path: string, destination: string, options: UnpackOptions): Promise<Unpacked> {
  // By its default export alone: in the bundle a CommonJS package has no other.
  const { default: yauzl } = await import('yauzl');
  const target = new UnpackTarget(destination, options);
  const file = openSync(path, 'r');
  try {
    const zip = await yauzl.fromFdPromise(file, { lazyEntries: true, autoClose: false });
    for await (const entry of zip.eachEntry()) {
      options.signal?.throwIfAborted();
      await unpackEntry({ zip, file, target, signal: options.signal }, entry);
    }
    return target.finish();
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof StiError) throw error;
    throw new StiError(options.code, `the zip archive can't be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Check it with: unzip -t ARCHIVE',
    });
  } finally {
    target.close();
    closeSync(file);
  }
}

async function unpackEntry(open: OpenZip, entry: Entry): Promise<void> {
  const { target } = open;
  const name = nameOf(entry);
  const path = target.admit(name);
  if (path === undefined) return;
  if (entry.isEncrypted()) throw target.refusal(name, 'is encrypted');
  const mtimeMs = entry.getLastModDate().getTime();
  const { kind, mode } = attributesOf(entry);
  try {
    if (kind === kinds.folder) target.directory(path, { mode, mtimeMs });
    else if (kind === kinds.link) target.symbolicLink(path, await linkTarget(open, entry), mtimeMs);
    else if (kind === kinds.file) await unpackFile(open, entry, path, { mode, mtimeMs });
    else throw target.refusal(name, 'is a device, a pipe or a socket');
  } catch (error) {
    open.signal?.throwIfAborted();
    throw target.failure(name, error);
  }
}

async function unpackFile(open: OpenZip, entry: Entry, path: string, attributes: { mode: number; mtimeMs: number }) {
  const sink = open.target.file(path, entry.uncompressedSize, attributes);
  let checksum = 0;
  for await (const chunk of contentOf(open, entry)) {
    open.signal?.throwIfAborted();
    checksum = crc32(chunk, checksum);
    sink.write(chunk);
  }
  if (checksum !== entry.crc32) throw open.target.refusal(nameOf(entry), 'is damaged: its checksum is wrong');
  sink.end();
}

async function linkTarget(open: OpenZip, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > longestTarget)
    throw open.target.refusal(nameOf(entry), 'is a link with an overlong target');
  const chunks: Uint8Array[] = [];
  for await (const chunk of contentOf(open, entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function* contentOf({ zip, file }: OpenZip, entry: Entry): AsyncGenerator<Uint8Array> {
  const { compressedSize, uncompressedSize, compressionMethod } = entry;
  if (compressionMethod !== deflate || Math.max(compressedSize, uncompressedSize) > smallFile) {
    yield* await zip.openReadStreamPromise(entry);
    return;
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const compressed = Buffer.allocUnsafe(compressedSize);
  readSync(file, compressed, 0, compressedSize, fileDataStart);
  yield inflateRawSync(compressed, { maxOutputLength: Math.max(1, uncompressedSize) });
}

/** Programs on Unix often write UTF-8 without saying so; by the letter of the format that would be DOS's code page. */
function nameOf(entry: Entry): string {
  const isUnix = entry.versionMadeBy >>> 8 === unixHost;
  return isUnix && isUtf8(entry.fileNameRaw) ? entry.fileNameRaw.toString() : entry.fileName;
}

/** Archives made on Unix have the file's mode in the upper half; the others only say by their name what a folder is. */
function attributesOf(entry: Entry): { kind: number; mode: number } {
  const unix = entry.externalFileAttributes >>> 16;
  const isFolder = entry.fileName.endsWith('/');
  const kind = isFolder ? kinds.folder : unix & kindMask || kinds.file;
  return { kind, mode: unix & 0o777 || (isFolder ? 0o755 : 0o644) };
}
