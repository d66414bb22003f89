import { closeSync, openSync, readSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { messageOf, StiError } from '../../errors.ts';
import { type ByteName, byteName } from './names.ts';
import { type Unpacked, type UnpackOptions, UnpackTarget } from './target.ts';

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

/** Where an entry lies in the archive, its header left out. */
interface Place {
  readonly name: ByteName;
  readonly start: number;
  readonly length: number;
}

/** Unpacks a zip file into `destination`, made when absent, by the same rules as `unpackTar`. */
export async function unpackZip(path: string, destination: string, options: UnpackOptions): Promise<Unpacked> {
  // By its default export alone: in the bundle a CommonJS package has no other.
  const { default: yauzl } = await import('yauzl');
  const target = new UnpackTarget(destination, options);
  const file = openSync(path, 'r');
  try {
    const zip = await yauzl.fromFdPromise(file, { lazyEntries: true, autoClose: false });
    const places: Place[] = [];
    for await (const entry of zip.eachEntry()) {
      options.signal?.throwIfAborted();
      await unpackEntry({ zip, file, target, signal: options.signal }, entry);
      places.push({ name: nameOf(entry), start: entry.relativeOffsetOfLocalHeader, length: entry.compressedSize });
    }
    const shared = overlap(places);
    if (shared !== undefined) throw target.refusal(shared, 'has its content inside that of another');
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
  const { kind, mode } = attributesOf(entry);
  const path = target.admit(name, kind === kinds.folder);
  if (entry.isEncrypted()) throw target.refusal(name, 'is encrypted');
  const mtimeMs = entry.getLastModDate().getTime();
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

async function linkTarget(open: OpenZip, entry: Entry): Promise<ByteName> {
  if (entry.uncompressedSize > longestTarget)
    throw open.target.refusal(nameOf(entry), 'is a link with an overlong target');
  const chunks: Uint8Array[] = [];
  for await (const chunk of contentOf(open, entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

async function* contentOf({ zip, file, target }: OpenZip, entry: Entry): AsyncGenerator<Uint8Array> {
  const { compressedSize, uncompressedSize, compressionMethod } = entry;
  if (compressionMethod !== deflate || Math.max(compressedSize, uncompressedSize) > smallFile) {
    yield* await zip.openReadStreamPromise(entry);
    return;
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const compressed = Buffer.allocUnsafe(compressedSize);
  const count = readSync(file, compressed, 0, compressedSize, fileDataStart);
  if (count !== compressedSize) throw target.refusal(nameOf(entry), 'is cut short');
  yield inflateRawSync(compressed, { maxOutputLength: Math.max(1, uncompressedSize) });
}

/** The first entry whose content begins before another's has ended: how a small zip unpacks to a very large one. */
function overlap(places: Place[]): ByteName | undefined {
  let end = 0;
  for (const { name, start, length } of places.sort((a, b) => a.start - b.start)) {
    if (start < end) return name;
    end = start + length;
  }
  return undefined;
}

/** Programs on Unix write the bytes of a name as they are; by the letter of the format they would be DOS's code page. */
function nameOf(entry: Entry): ByteName {
  const isUnix = entry.versionMadeBy >>> 8 === unixHost;
  return isUnix ? entry.fileNameRaw.toString('latin1') : byteName(entry.fileName);
}

/** Archives made on Unix have the file's mode in the upper half; the others only say by their name what a folder is. */
function attributesOf(entry: Entry): { kind: number; mode: number } {
  const unix = entry.externalFileAttributes >>> 16;
  const isFolder = entry.fileName.endsWith('/');
  const kind = isFolder ? kinds.folder : unix & kindMask || kinds.file;
  return { kind, mode: unix & 0o777 || (isFolder ? 0o755 : 0o644) };
}
