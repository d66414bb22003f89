import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, StiError } from '../../errors.ts';
import { TarReader } from '../../tree/archive/reader.ts';
import { createPace } from '../../tree/pace.ts';
import type { HostEnvironment } from '../context.ts';
import type { OutputPlace } from '../request.ts';
import { BlobFolder } from './blobs.ts';
import { type Dated, datedContent } from './dated.ts';
import { checkLayers, contentOf, ociIndex, ociLayout, ociManifest } from './layout.ts';
import { checkPlace } from './place.ts';

/** Bytes of what is read whole: a configuration holds the image's history and environment. */
const mostJson = 8 * 1024 ** 2;

export interface WriteOptions {
  /** Of the image; null: it has none. */
  readonly name: string | null;
  /** Bytes that the archive may have. */
  readonly mostBytes: number;
  readonly onBytes: (bytes: number) => void;
  /** Makes a layout that is the same each time the same is built; absent: the image as the engine has it. */
  readonly dated?: Dated | undefined;
  /** Lists what is in an archive. */
  readonly scan?: HostEnvironment['scan'];
  /** A folder for what is on the way. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** Writes an engine's archive of an image to a place, all at once or not at all. Rejects with code `export`. */
export async function writeImage(tar: Readable, place: OutputPlace, options: WriteOptions): Promise<void> {
  const part = `${place.path}.${randomUUID()}.part`;
  try {
    const bytes = counted(tar, options);
    if (place.form === 'docker') await writeArchive(bytes, part);
    else if (place.form === 'sbom') await writeContents(bytes, part, options);
    else await writeLayout(bytes, part, options);
    options.signal.throwIfAborted();
    // Somebody may have put something there meanwhile.
    checkPlace(place);
    await replace(part, place);
  } catch (cause) {
    options.signal.throwIfAborted();
    if (cause instanceof StiError && cause.code !== 'usage') throw cause;
    const failed = place.form === 'sbom' ? 'its SBOM could not be made' : `could not be written to ${place.path}`;
    throw new StiError('export', `the image is built, but ${failed}: ${messageOf(cause)}`, {
      cause,
      hint: 'Check whether there is room on that disk and whether you may write there, then build again.',
    });
  } finally {
    tar.destroy();
    await rm(part, { recursive: true, force: true });
  }
}

async function* counted(tar: AsyncIterable<Buffer>, { mostBytes, onBytes }: WriteOptions): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of tar) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`the engine sends far more than the ${mostBytes} bytes that it can have`);
    onBytes(bytes);
    yield chunk;
  }
}

async function writeArchive(tar: AsyncIterable<Buffer>, file: string): Promise<void> {
  await pipeline(tar, createWriteStream(file, { flags: 'wx' }));
}

async function writeContents(tar: AsyncIterable<Buffer>, file: string, options: WriteOptions): Promise<void> {
  const archive = join(options.scratch, `${randomUUID()}.tar`);
  try {
    await writeArchive(tar, archive);
    await options.scan?.(archive, file, options.signal);
  } finally {
    await rm(archive, { force: true });
  }
}

async function writeLayout(tar: AsyncIterable<Buffer>, folder: string, options: WriteOptions): Promise<void> {
  const { name, dated, signal } = options;
  const inside = join(folder, 'blobs', 'sha256');
  await mkdir(inside, { recursive: true });
  const blobs = new BlobFolder(inside);
  const reader = new TarReader(blobs);
  const pace = createPace(signal);
  try {
    for await (const chunk of tar) {
      reader.push(chunk);
      if (pace.isDue()) await pace.rest();
    }
    reader.finish();
  } finally {
    blobs.close();
  }
  const { files } = blobs.content;
  const json = async (blob = files.get('manifest.json')) => {
    if (blob === undefined || blob.size > mostJson) throw new Error('the engine did not send an archive of an image');
    return readFile(blobs.pathOf(blob), 'utf8');
  };
  const found = contentOf(blobs.content, await json());
  const configJson = await json(found.config);
  checkLayers(found.layers, configJson);
  const { config, layers } =
    dated === undefined ? found : await datedContent({ ...found, configJson }, blobs, dated, signal);
  const manifest = blobs.add(ociManifest(config, layers));
  const wanted = new Set([manifest, config, ...layers].map((blob) => blobs.pathOf(blob)));
  for (const file of await readdir(inside)) if (!wanted.has(join(inside, file))) await rm(join(inside, file));
  await writeFile(join(folder, 'oci-layout'), ociLayout);
  await writeFile(join(folder, 'index.json'), ociIndex(manifest, name));
}

/** A folder that has something in it can't be renamed over: the old one steps aside. */
async function replace(part: string, { form, path }: OutputPlace): Promise<void> {
  if (form === 'docker') return rename(part, path);
  const aside = `${part}.old`;
  const hadOld = await rename(path, aside).then(
    () => true,
    () => false,
  );
  try {
    await rename(part, path);
  } catch (error) {
    if (hadOld) await rename(aside, path);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}
