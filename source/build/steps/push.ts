import { formatBytes, shortId } from '../../terminal/units.ts';
import type { BuildResult } from '../events.ts';
import type { Job } from '../job.ts';
import { attachSbom } from '../sbom/attach.ts';

/** Milliseconds between two words of how far it is. */
const pause = 1_000;

/**
 * Pushes the image under its new tag, and its SBOM with it; one step of the build. Rejects with code `push`.
 * @param sbom the file that lists what is in it; absent: nobody wants that in the registry
 */
export async function pushStage(
  job: Job,
  sbom: string | undefined,
): Promise<Pick<BuildResult, 'digest' | 'sbomDigest'>> {
  const { request, checked, engine, reporter, signal } = job;
  const { tag } = checked;
  if (!request.push || request.tag === undefined || tag === null) return { digest: null, sbomDigest: null };
  const reference = request.tag;
  return reporter.step('push', async () => {
    let told = Date.now();
    let bytes = 0;
    const digest = await engine.pushImage(
      tag,
      {
        onStatus: (line) => reporter.status('push', line),
        onBytes(done, of) {
          bytes = done;
          if (Date.now() - told < pause) return;
          told = Date.now();
          reporter.progress('push', done, of, 'bytes');
        },
      },
      signal,
    );
    const sent = bytes === 0 ? 'nothing new' : formatBytes(bytes);
    const sbomDigest = sbom === undefined ? null : await attachSbom(job, reference, sbom, digest);
    const attached = sbomDigest === null ? '' : ` · SBOM sha256:${shortId(sbomDigest)}`;
    return { summary: `${tag} · sha256:${shortId(digest)} · ${sent}${attached}`, value: { digest, sbomDigest } };
  });
}
