import type { Engine, ImageDetails } from '../../engine/engine.ts';
import { labelNames } from '../../protocol/image/labels.ts';
import { redactUrl } from '../../protocol/redact.ts';
import type { State } from './state.ts';

/** Resolves to the image that had the tag before. */
export async function moveTag(engine: Engine, imageId: string, tag: string): Promise<ImageDetails | undefined> {
  const before = await engine.inspectImage(tag);
  await engine.tagImage(imageId, tag);
  return before;
}

/** Whether sti has made the image of this source. */
export function isOfSource({ config }: ImageDetails, { opened }: State): boolean {
  return config.labels[`${labelNames.buildPrefix}source-location`] === redactUrl(opened.location);
}
