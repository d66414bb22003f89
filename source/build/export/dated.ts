import { createReadStream } from 'node:fs';
import * as v from 'valibot';
import { clampTimes } from '../../tree/archive/clamp.ts';
import { gunzip } from '../../tree/archive/gunzip.ts';
import type { BlobFolder } from './blobs.ts';
import type { Blob } from './layout.ts';

/** The time of SOURCE_DATE_EPOCH, and what of an image it is for. */
export interface Dated {
  /** Seconds since the epoch. */
  readonly epoch: number;
  /** Layers from below that are the builder's own, and stay as they are. */
  readonly shared: number;
}

/** The same image, made at the epoch: none of its own files is newer, and nothing says when or by whom it was committed. */
export async function datedContent(
  { layers, configJson }: { readonly layers: readonly Blob[]; readonly configJson: string },
  blobs: BlobFolder,
  dated: Dated,
  signal: AbortSignal,
): Promise<{ readonly config: Blob; readonly layers: readonly Blob[] }> {
  const below = layers.slice(0, dated.shared);
  const own: Blob[] = [];
  for (const layer of layers.slice(dated.shared)) own.push(await datedLayer(layer, blobs, dated.epoch, signal));
  const image = v.parse(configuration, JSON.parse(configJson));
  const ids = [...image.rootfs.diff_ids.slice(0, dated.shared), ...own.map(({ digest }) => digest)];
  return { config: blobs.add(datedConfig(image, ids, dated)), layers: [...below, ...own] };
}

/** Unpacked, so its digest is the id that the configuration has. */
async function datedLayer(layer: Blob, blobs: BlobFolder, epoch: number, signal: AbortSignal): Promise<Blob> {
  if (layer.packing === '+zstd') throw new Error("a layer is packed by zstd, so its times can't be changed");
  const file = createReadStream(blobs.pathOf(layer), { signal });
  try {
    const sink = blobs.begin();
    for await (const chunk of clampTimes(layer.packing === '+gzip' ? gunzip(file) : file, epoch)) sink.write(chunk);
    return sink.end();
  } finally {
    blobs.close();
    file.destroy();
  }
}

const entry = v.looseObject({ empty_layer: v.optional(v.boolean()) });
const configuration = v.looseObject({
  config: v.optional(v.record(v.string(), v.unknown()), {}),
  rootfs: v.looseObject({ diff_ids: v.array(v.string()) }),
  history: v.optional(v.array(entry), []),
});

type Configuration = v.InferOutput<typeof configuration>;

/** What OCI has for every image; engines add themselves and the container that was committed. */
const ofImage = ['architecture', 'variant', 'os', 'os.version', 'os.features', 'author'];
const ofContainer = /^(Hostname|Domainname|Attach\w+|Tty|OpenStdin|StdinOnce|Image|MacAddress|NetworkDisabled)$/;

function datedConfig(image: Configuration, diffIds: readonly string[], { epoch, shared }: Dated): string {
  const created = new Date(epoch * 1000).toISOString();
  let layers = 0;
  const history = image.history.map((one) => {
    const isOwn = layers >= shared;
    if (one.empty_layer !== true) layers += 1;
    return isOwn ? { created, created_by: 'sti build', ...(one.empty_layer && { empty_layer: true }) } : one;
  });
  const config = Object.entries(image.config).filter(([key]) => !ofContainer.test(key));
  return JSON.stringify({
    created,
    ...Object.fromEntries(Object.entries(image).filter(([key]) => ofImage.includes(key))),
    config: Object.fromEntries(config),
    rootfs: { type: 'layers', diff_ids: diffIds },
    history,
  });
}
