import { redactError } from '../../build/redact-event.ts';
import { type StiError, toStiError } from '../../errors.ts';
import type { Secrets } from '../../protocol/secrets.ts';
import type { Application } from '../config/apply.ts';
import type { Host } from '../context.ts';
import type { RunEmit } from '../output/attached/face.ts';
import { connect, describeHostEnvironment } from './engine.ts';

interface AttachedRun {
  readonly emit: RunEmit;
  readonly signal: AbortSignal;
  /** Of the application's build. */
  readonly secrets: Secrets;
}

/** What `--run` does with an image: runs it to its end. Never rejects; the exit code is the application's own, or sti's for what failed. */
export async function runBuilt(
  { options }: Application,
  imageId: string,
  host: Host,
  { emit, signal, secrets }: AttachedRun,
): Promise<number> {
  const started = Date.now();
  const finish = async (exitCode: number | null, error: StiError | null): Promise<void> => {
    const at = Date.now();
    await emit({ type: 'run-finished', at, ms: at - started, exitCode, error });
  };
  try {
    // The build has said what there is to say of the engine.
    const run = { emit: () => {}, signal, secrets };
    const { runImage } = await import('../../run/attached.ts');
    const environment = await describeHostEnvironment(options, host, run);
    const exitCode = await runImage(imageId, environment, () => connect(options, host, run), emit);
    await finish(exitCode, null);
    return exitCode;
  } catch (thrown) {
    const error = redactError(toStiError(signal.aborted ? signal.reason : thrown), secrets.redact);
    await finish(null, error);
    return error.exitCode;
  }
}
