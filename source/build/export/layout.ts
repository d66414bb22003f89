import { posix } from 'node:path';
import * as v from 'valibot';

// What the two forms say: the archive of an engine (manifest.json) and the layout of OCI images (index.json).

export const layoutFiles: readonly string[] = ['blobs', 'index.json', 'oci-layout'];

/** A content by its digest, as both forms have it. */
export interface Blob {
  /** `sha256:…` */
  readonly digest: string;
  readonly size: number;
  readonly packing: '' | '+gzip' | '+zstd';
}

/** What an engine's archive of one image has: its files and its links, by their names there. */
export interface Archived {
  readonly files: ReadonlyMap<string, Blob>;
  readonly links: ReadonlyMap<string, string>;
}

const manifestList = v.pipe(
  v.array(v.object({ Config: v.string(), Layers: v.array(v.string()) })),
  v.length(1, 'it has not one image'),
);
const imageConfig = v.object({ rootfs: v.object({ diff_ids: v.array(v.string()) }) });

/** Names of the configuration and of the layers in an archive. Throws when they aren't there. */
export function contentOf(archive: Archived, manifestJson: string): { readonly config: Blob; readonly layers: Blob[] } {
  const [image] = v.parse(manifestList, JSON.parse(manifestJson));
  const blobOf = (name: string): Blob => {
    const path = posix.normalize(name);
    const blob = archive.files.get(path) ?? archive.files.get(archive.links.get(path) ?? '');
    if (blob === undefined) throw new Error('it lacks a file that its manifest names');
    return blob;
  };
  if (image === undefined) throw new Error('it has no image');
  return { config: blobOf(image.Config), layers: image.Layers.map(blobOf) };
}

/** Throws unless the layers are those that the configuration names; a packed one has another digest there. */
export function checkLayers(layers: readonly Blob[], configJson: string): void {
  const { diff_ids: ids } = v.parse(imageConfig, JSON.parse(configJson)).rootfs;
  const same =
    layers.length === ids.length && layers.every(({ packing, digest }, index) => packing || digest === ids[index]);
  if (!same) throw new Error('its layers are not those of its configuration');
}

const oci = 'application/vnd.oci.image';
const ownMark = 'io.sti.output';

export function ociManifest(config: Blob, layers: readonly Blob[]): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: `${oci}.manifest.v1+json`,
    config: descriptor(`${oci}.config.v1+json`, config),
    layers: layers.map((layer) => descriptor(`${oci}.layer.v1.tar${layer.packing}`, layer)),
  });
}

/** @param name of the image; null: it has none */
export function ociIndex(manifest: Blob, name: string | null): string {
  const annotations = name === null ? {} : { annotations: { 'org.opencontainers.image.ref.name': name } };
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: `${oci}.index.v1+json`,
    manifests: [{ ...descriptor(`${oci}.manifest.v1+json`, manifest), ...annotations }],
    annotations: { [ownMark]: 'true' },
  });
}

export const ociLayout = JSON.stringify({ imageLayoutVersion: '1.0.0' });

/** Whether {@link ociIndex} made it. */
export function isOwnIndex(json: string): boolean {
  try {
    return v.is(v.object({ annotations: v.object({ [ownMark]: v.literal('true') }) }), JSON.parse(json));
  } catch {
    return false;
  }
}

function descriptor(mediaType: string, { digest, size }: Blob) {
  return { mediaType, digest, size };
}
