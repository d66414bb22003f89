import { readBounded } from '../../bounded-read.ts';
import { messageOf, StiError } from '../../errors.ts';
import { HttpError } from '../../http/error.ts';
import { formatReference, type ImageReference } from '../../protocol/image/reference.ts';
import { redactText } from '../../protocol/redact.ts';
import type { Job } from '../job.ts';
import {
  describe,
  digestOf,
  emptyConfig,
  imageTypes,
  indexType,
  manifestType,
  referrersTag,
  sbomManifest,
  withReferrer,
} from './manifest.ts';
import { openRepository, RefusedError, type Repository } from './repository.ts';

/** Bytes; it is held in memory once. */
const mostBytes = 128 * 1024 ** 2;

/**
 * Gives a registry the SBOM of an image that it has, as an OCI artifact that belongs to the image (docs/registries.md,
 * "SBOM"). Returns the digest of the artifact's manifest; rejects with code `push`.
 * @param file SPDX in JSON
 * @param digest of the image's manifest
 */
export async function attachSbom(job: Job, tag: ImageReference, file: string, digest: string): Promise<string> {
  const { engine, http, reporter, secrets, signal } = job;
  const name = formatReference(tag);
  try {
    const document = await read(file, signal);
    const login = await engine.findLogin(name, (text) => reporter.status('push', text));
    const repository = await openRepository(tag, {
      http,
      login,
      onSecret: (value) => secrets.hideValue(value),
      signal,
    });
    return await attach(repository, document, digest);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof StiError) throw cause;
    const words = redactText(messageOf(cause));
    throw new StiError('push', `${name} is pushed, but its SBOM could not be attached: ${words}`, {
      cause,
      hint: hintFor(cause),
    });
  }
}

async function read(file: string, signal: AbortSignal): Promise<Buffer> {
  const found = await readBounded(file, { maxBytes: mostBytes, links: 'refuse', signal });
  if (found.outcome === 'content') return found.content;
  throw new Error(found.outcome === 'absent' ? 'it is not there' : `it ${found.message}`);
}

async function attach(repository: Repository, document: Buffer, digest: string): Promise<string> {
  const image = await repository.getManifest(digest, imageTypes);
  if (image === undefined) throw new Error(`the registry has no manifest ${digest}`);
  if (digestOf(image.content) !== digest)
    throw new Error('the registry has another manifest under the digest of the image');
  const manifest = sbomManifest(document, describe(image.mediaType, image.content));
  await repository.putBlob(emptyConfig);
  await repository.putBlob(document);
  const own = digestOf(manifest);
  const { isListed } = await repository.putManifest(own, { mediaType: manifestType, content: manifest });
  if (!isListed) await list(repository, referrersTag(digest), manifest);
  return own;
}

/** For registries that don't do it themselves, which is what the specification has the client do then. */
async function list(repository: Repository, tag: string, manifest: Buffer): Promise<void> {
  const before = await repository.getManifest(tag, [indexType]);
  const content = withReferrer(before?.content, manifest);
  if (content !== undefined) await repository.putManifest(tag, { mediaType: indexType, content });
}

function hintFor(cause: unknown): string {
  if (cause instanceof HttpError) {
    return 'sti itself asks the registry for this, not the engine: give --ca FILE for its authority, and check the proxies.';
  }
  if (cause instanceof RefusedError && [401, 403].includes(cause.status)) {
    return 'Log in with docker login or podman login, and check whether the login may push there.';
  }
  return 'Check whether the registry takes OCI artifacts, or write the SBOM to a file with --output sbom:FILE.';
}
