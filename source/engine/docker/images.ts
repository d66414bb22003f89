import { familiarName } from '../../protocol/image/reference.ts';
import type { Engine } from '../engine.ts';
import { decode } from '../http/answer.ts';
import { statusOf, wordsOf } from '../http/failures.ts';
import { openRequest, request } from '../http/request.ts';
import { orAbsent } from './absent.ts';
import { imageAnswer, imageListAnswer } from './answers.ts';
import type { Api } from './api.ts';
import { imageConfigFrom } from './config.ts';
import { nameAndTag } from './registry/names.ts';
import { streamTar } from './stream-tar.ts';

type ImageCalls = Pick<
  Engine,
  'inspectImage' | 'saveImage' | 'tagImage' | 'removeImage' | 'descendants' | 'danglingImages'
>;
export function imageCalls(api: Api): ImageCalls {
  const { about, call, limits, transport } = api;
  const inspect = (reference: string, signal?: AbortSignal) =>
    call({ operation: `inspect the image ${reference}`, signal }, async (abortSignal) => {
      const path = api.path(`/images/${reference}/json`);
      const answer = await orAbsent(request(transport, { path, signal: abortSignal }));
      return answer && decode(imageAnswer, answer.body);
    });

  return {
    async inspectImage(reference, signal) {
      const image = await inspect(reference, signal);
      return (
        image && {
          id: imageId(image.Id),
          size: image.Size,
          layers: image.RootFS?.Layers ?? [],
          platform: [image.Os, image.Architecture, image.Variant].filter(Boolean).join('/'),
          config: imageConfigFrom(image.Config),
          tags: (image.RepoTags ?? []).map(familiarName),
        }
      );
    },

    async saveImage(reference, signal) {
      const operation = `save the image ${reference}`;
      const path = api.path(`/images/${reference}/get`);
      const answer = await call({ operation, signal, limit: 'commit' }, (abortSignal) =>
        openRequest(transport, { path, signal: abortSignal }),
      );
      return streamTar(answer, { operation, signal, about, limits });
    },

    async tagImage(imageId, reference) {
      const { name: repo, tag } = nameAndTag(reference);
      await call({ operation: `tag ${imageId} as ${reference}` }, async (signal) => {
        const path = api.path(`/images/${imageId}/tag?${new URLSearchParams({ repo, tag })}`);
        await request(transport, { method: 'POST', path, expect: [201], signal });
      });
    },

    removeImage: (reference) =>
      call({ operation: `remove the image ${reference}` }, async (signal) => {
        try {
          await request(transport, { method: 'DELETE', path: api.path(`/images/${reference}`), signal });
          return 'removed';
        } catch (thrown) {
          if (statusOf(thrown) === 404 || isBeingRemoved(thrown)) return 'absent';
          if (statusOf(thrown) === 409) return 'in-use';
          throw thrown;
        }
      }),

    async descendants(ancestor) {
      const images = await call({ operation: 'list the images' }, async (signal) => {
        const path = api.path('/images/json?all=true');
        return decode(imageListAnswer, (await request(transport, { path, signal })).body);
      });
      const found: string[] = [];
      for (let parents = [ancestor]; parents.length > 0; ) {
        const children = images.filter(({ ParentId }) => ParentId && parents.includes(imageId(ParentId)));
        parents = children.map(({ Id }) => imageId(Id)).filter((id) => !found.includes(id));
        found.unshift(...parents);
      }
      return found;
    },

    async danglingImages() {
      const images = await call({ operation: 'list the images without a tag' }, async (signal) => {
        const path = api.path(`/images/json?filters=${encodeURIComponent('{"dangling":["true"]}')}`);
        return decode(imageListAnswer, (await request(transport, { path, signal })).body);
      });
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

/** What an engine says of an image that it removes for somebody else at that moment. */
function isBeingRemoved(thrown: unknown): boolean {
  return statusOf(thrown) === 500 && /unrecognized image ID/i.test(wordsOf(thrown));
}

/** Podman leaves out the `sha256:`. */
export function imageId(id: string): string {
  return id.startsWith('sha256:') ? id : `sha256:${id}`;
}
