import { createInterface } from 'node:readline';
import type { ImageInspectInfo } from 'dockerode';
import { StiError } from '../errors.ts';
import { familiarName, parseImageReference, withDefaultTag } from '../protocol/image-reference.ts';
import { call, shortCall } from './call.ts';
import { imageConfigFrom } from './config.ts';
import type { RegistryAuth } from './credentials.ts';
import type { GetClient } from './docker.ts';
import type { Engine } from './engine.ts';
import { statusOf, wordsOf } from './failure.ts';
import type { Greeting } from './greeting.ts';
import { describeProgress, type PullProgress } from './pull-progress.ts';
import { request } from './request.ts';
import type { Transport } from './transport.ts';

type ImageCalls = Pick<Engine, 'inspectImage' | 'pullImage' | 'tagImage' | 'removeImage' | 'danglingImages'>;
/** Credentials for the registry of a reference; `onProblem` hears why there are none where some were expected. */
export type FindCredentials = (
  reference: string,
  onProblem: (line: string) => void,
) => Promise<RegistryAuth | undefined>;

export function imageCalls(
  client: GetClient,
  transport: Transport,
  { about }: Greeting,
  findCredentials: FindCredentials,
): ImageCalls {
  const inspect = (reference: string, signal?: AbortSignal) =>
    call({ doing: `inspect the image ${reference}`, signal, limit: shortCall }, async (abortSignal) => {
      const path = `/v${about.apiVersion}/images/${reference}/json`;
      const answer = await orAbsent(request(transport, { path, signal: abortSignal }));
      if (answer === undefined) return undefined;
      const image: ImageInspectInfo = JSON.parse(answer.body);
      return image;
    });

  return {
    async inspectImage(reference, signal) {
      const image = await inspect(reference, signal);
      return (
        image && {
          id: imageId(image.Id),
          size: image.Size,
          layers: image.RootFS?.Layers ?? [],
          config: imageConfigFrom(image.Config),
          tags: (image.RepoTags ?? []).map(familiarName),
        }
      );
    },

    async pullImage(reference, onStatus, signal) {
      const auth = await findCredentials(reference, onStatus);
      await call({ doing: `pull ${reference}`, signal }, async (abortSignal) => {
        const { name: fromImage, tag } = nameAndTag(reference);
        try {
          const answer = await (await client()).createImage(auth, { fromImage, tag, abortSignal });
          await followPull(answer, reference, onStatus);
        } catch (thrown) {
          throw statusOf(thrown) === undefined ? thrown : pullFailure(reference, wordsOf(thrown), thrown);
        }
      });
    },

    async tagImage(imageId, reference) {
      const { name: repo, tag } = nameAndTag(reference);
      await call({ doing: `tag ${imageId} as ${reference}`, limit: shortCall }, async (signal) => {
        const path = `/v${about.apiVersion}/images/${imageId}/tag?${new URLSearchParams({ repo, tag })}`;
        await request(transport, { method: 'POST', path, signal });
      });
    },

    removeImage: (reference) =>
      call({ doing: `remove the image ${reference}`, limit: shortCall }, async (abortSignal) => {
        try {
          await (await client()).getImage(reference).remove({ abortSignal });
          return 'removed';
        } catch (thrown) {
          if (statusOf(thrown) === 404) return 'absent';
          if (statusOf(thrown) === 409) return 'in-use';
          throw thrown;
        }
      }),

    async danglingImages() {
      const images = await call({ doing: 'list the images without a tag', limit: shortCall }, async (abortSignal) =>
        (await client()).listImages({ filters: { dangling: ['true'] }, abortSignal }),
      );
      const found = [];
      // One after the other: an engine may hold hundreds, and an inspection takes a millisecond.
      for (const { Id } of images) {
        const image = await inspect(Id);
        if (image) found.push({ id: imageId(Id), comment: image.Comment ?? '' });
      }
      return found;
    },
  };
}

/** Podman leaves out the `sha256:`. */
export function imageId(id: string): string {
  return id.startsWith('sha256:') ? id : `sha256:${id}`;
}

/** `tag` is the digest where the reference has one. Without either it is `latest`: an engine would pull every tag. */
function nameAndTag(text: string): { readonly name: string; readonly tag: string } {
  const { domain, repository, tag = '', digest } = withDefaultTag(parseImageReference(text));
  return { name: domain === undefined ? repository : `${domain}/${repository}`, tag: digest ?? tag };
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (statusOf(thrown) === 404) return undefined;
    throw thrown;
  }
}

async function followPull(answer: NodeJS.ReadableStream, reference: string, onStatus: (line: string) => void) {
  const describe = describeProgress();
  for await (const line of createInterface({ input: answer })) {
    if (line.trim() === '') continue;
    const progress: PullProgress = JSON.parse(line);
    if (progress.error) throw pullFailure(reference, progress.error.trim());
    const text = describe(progress);
    if (text !== undefined) onStatus(text);
  }
}

function pullFailure(reference: string, words: string, cause?: unknown): StiError {
  return new StiError('builder', `${reference} could not be pulled: ${words}`, {
    cause,
    hint: 'Check the name, log in with docker login when the registry wants it, or use --pull-policy never with a local image.',
  });
}
