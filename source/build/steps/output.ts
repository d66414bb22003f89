import { join } from 'node:path';
import type { ImageDetails } from '../../engine/engine.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { formatBytes } from '../../terminal/units.ts';
import type { Dated } from '../export/dated.ts';
import { writeImage } from '../export/write.ts';
import type { Job } from '../job.ts';

/** Milliseconds between two words of how far it is. */
const pause = 1_000;

/**
 * Writes the image to where `--output` says; one step of the build. Returns the file that lists what is in the image, for
 * `--sbom`. Rejects with code `export`.
 */
export async function outputStage(job: Job, imageId: string): Promise<string | undefined> {
  const { request, checked, engine, reporter, signal, workspace } = job;
  const { outputs: places = [], sbom = false } = request;
  const written = places.find(({ form }) => form === 'sbom');
  const own =
    sbom && written === undefined ? [{ form: 'sbom', path: join(workspace.folder, 'sbom.json') } as const] : [];
  const outputs = [...places, ...own];
  if (outputs.length === 0) return undefined;
  await reporter.step('output', async () => {
    const image = await engine.inspectImage(imageId, signal);
    const size = image?.size ?? 0;
    const dated = image && (await datedOf(job, image));
    let toldAt = Date.now();
    let total = 0;
    for (const place of outputs) {
      let bytes = 0;
      await writeImage(await engine.saveImage(checked.tag ?? imageId, signal), place, {
        name: checked.tag,
        dated,
        mostBytes: 2 * size + 1024 ** 3,
        onBytes(done) {
          bytes = done;
          if (Date.now() - toldAt < pause) return;
          toldAt = Date.now();
          reporter.progress('output', Math.min(done, size), size, 'bytes');
        },
        scan: job.scan,
        scratch: workspace.folder,
        signal,
      });
      total += bytes;
    }
    const told = [...places.map(({ form, path }) => `${form}:${path}`), ...own.map(() => 'SBOM')].join(', ');
    return { summary: `${told} · ${formatBytes(total)}`, value: undefined };
  });
  return sbom ? (written ?? own[0])?.path : undefined;
}

/** undefined: nobody has set SOURCE_DATE_EPOCH. */
async function datedOf({ request, engine, signal }: Job, { layers }: ImageDetails): Promise<Dated | undefined> {
  const { sourceDateEpoch: epoch } = request;
  if (epoch === undefined) return undefined;
  const base = await engine.inspectImage(formatReference(request.runtime?.image ?? request.builder), signal);
  const differs = layers.findIndex((layer, index) => layer !== base?.layers[index]);
  return { epoch, shared: differs === -1 ? layers.length : differs };
}
