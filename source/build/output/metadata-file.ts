import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { messageOf, StiError } from '../../errors.ts';
import { labelNames } from '../../protocol/image/labels.ts';
import type { BuildResult } from '../events.ts';

/** Writes what was built where a pipeline reads it, all at once or not at all (docs/protocol.md, "Command line"). */
export async function writeMetadataFile(
  file: string,
  { imageId, digest, sbomDigest, tag, labels }: BuildResult,
): Promise<void> {
  const revision = labels[`${labelNames.buildPrefix}commit.id`];
  const content = {
    imageId,
    ...(digest !== null && { digest }),
    ...(sbomDigest !== null && { sbomDigest }),
    tags: tag === null ? [] : [tag],
    ...(revision !== undefined && { revision }),
  };
  const part = `${file}.${randomUUID()}`;
  try {
    await writeFile(part, `${JSON.stringify(content, undefined, 2)}\n`, { flag: 'wx' });
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {});
    throw new StiError('output', `${imageId} is built, but ${file} can't be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Give --metadata-file a path that you can write to.',
    });
  }
}
