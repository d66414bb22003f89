import { formatBytes, shortId } from '../../terminal/units.ts';
import type { Job } from '../job.ts';

/** Milliseconds between two words of how far it is. */
const pause = 1_000;

/** Pushes the image under its new tag; one step of the build. The digest; null: nobody asked for it. Rejects with code `push`. */
export async function pushStage(job: Job): Promise<string | null> {
  const { request, checked, engine, reporter, signal } = job;
  const { tag } = checked;
  if (!request.push || tag === null) return null;
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
    return { summary: `${tag} · sha256:${shortId(digest)} · ${sent}`, value: digest };
  });
}
