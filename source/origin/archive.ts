import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { messageOf, StiError } from '../errors.ts';
import { type ArchiveKind, sniff, sniffLength } from '../tree/archive/sniff.ts';
import { unpackTar } from '../tree/archive/tar.ts';
import type { UnpackOptions } from '../tree/archive/target.ts';
import { unpackZip } from '../tree/archive/zip.ts';
import { hasCode } from '../tree/file-errors.ts';
import { openContent } from './folder.ts';
import type { OpenedSource, OpenOptions } from './opened.ts';

/** An archive of the kind its content says; `location` is what to call it. A single top-level folder in it is kept as it is. */
export async function openArchive(path: string, options: OpenOptions, location = resolve(path)): Promise<OpenedSource> {
  const folder = join(options.workDir, 'unpacked');
  options.onStatus?.(`unpacking ${location}`);
  const kind = sniff(await readHead(path));
  if (kind === undefined) {
    throw new StiError('source', `${location} is named like an archive but isn't one`, {
      hint: 'sti reads tar, also in gzip, bzip2 or xz, and zip. To take a local file as it is, give it another name.',
    });
  }
  await unpack(kind, resolve(path), folder, { code: 'source', signal: options.signal });
  const content = await openContent(folder, options, true);
  return { ...content, location };
}

async function unpack(kind: ArchiveKind, archive: string, folder: string, options: UnpackOptions): Promise<unknown> {
  switch (kind) {
    case 'tar':
    case 'gzip': {
      const file = createReadStream(archive, { highWaterMark: 256 * 1024 });
      return unpackTar(file, folder, { ...options, gzip: kind === 'gzip' });
    }
    case 'bzip2':
    case 'xz':
      return unpackBy(kind, archive, folder, options);
    case 'zip':
      return unpackZip(archive, folder, options);
  }
}

async function readHead(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(sniffLength), 0, sniffLength, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw new StiError('source', `${path} can't be read: ${messageOf(error)}`, { cause: error });
  }
}

/** bzip2 and xz are left to their own programs: no library that reads them is kept well. */
async function unpackBy(
  program: 'bzip2' | 'xz',
  archive: string,
  folder: string,
  options: UnpackOptions,
): Promise<void> {
  const { execa } = await import('execa');
  const decompressing = execa(program, ['-dc', archive], { buffer: false, stdin: 'ignore' });
  const plain: Readable = decompressing.readable();
  try {
    await unpackTar(plain, folder, options);
  } catch (error) {
    if (error instanceof StiError && hasCode(error.cause, 'ENOENT')) {
      throw new StiError('source', `${archive} can't be unpacked: ${program} is not installed`, {
        cause: error.cause,
        hint: `Install ${program}, or give the source as a .tar.gz.`,
      });
    }
    throw error;
  } finally {
    decompressing.kill();
    await decompressing.catch(() => {});
  }
}
