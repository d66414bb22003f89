import { createHash } from 'node:crypto';
import * as v from 'valibot';

// What the registry gets: https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md,
// https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-manifests-with-subject

/** How a manifest names a content. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly size: number;
}

const oci = 'application/vnd.oci';
export const manifestType = `${oci}.image.manifest.v1+json`;
export const indexType = `${oci}.image.index.v1+json`;
const dockerType = 'application/vnd.docker.distribution.manifest';
/** What an image's own manifest may be. */
export const imageTypes = [manifestType, indexType, `${dockerType}.v2+json`, `${dockerType}.list.v2+json`] as const;
/** SPDX in JSON, as the registry of media types has it and those who look for SBOMs ask for it. */
const spdxType = 'application/spdx+json';

/** The configuration of an artifact that has none. */
export const emptyConfig: Buffer = Buffer.from('{}');

export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export function describe(mediaType: string, content: Buffer): Descriptor {
  return { mediaType, digest: digestOf(content), size: content.length };
}

/** The manifest of an SBOM that belongs to an image; the same for the same document. */
export function sbomManifest(document: Buffer, subject: Descriptor): Buffer {
  return json({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: spdxType,
    config: describe(`${oci}.empty.v1+json`, emptyConfig),
    layers: [describe(spdxType, document)],
    subject,
  });
}

/** Where the list of what belongs to an image is, in a registry that doesn't keep it by itself. */
export function referrersTag(digest: string): string {
  return digest.replace(':', '-');
}

const index = v.looseObject({
  schemaVersion: v.literal(2),
  mediaType: v.optional(v.literal(indexType)),
  manifests: v.array(v.looseObject({ digest: v.string() })),
});

/**
 * That list with one more manifest in it; undefined: it has it already. Others' entries stay as they are.
 * @param list as the registry has it; absent: it has none yet
 * @throws Error when it is something else
 */
export function withReferrer(list: Buffer | undefined, manifest: Buffer): Buffer | undefined {
  const before = list === undefined ? { schemaVersion: 2, manifests: [] } : parseIndex(list);
  const entry = { ...describe(manifestType, manifest), artifactType: spdxType };
  if (before.manifests.some(({ digest }) => digest === entry.digest)) return undefined;
  return json({ ...before, mediaType: indexType, manifests: [...before.manifests, entry] });
}

function parseIndex(list: Buffer): v.InferOutput<typeof index> {
  try {
    return v.parse(index, JSON.parse(list.toString('utf8')));
  } catch (cause) {
    throw new Error('what the registry has as the list of what belongs to the image is no index', { cause });
  }
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
