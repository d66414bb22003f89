import type { BuildResult } from '../../build/events.ts';
import { redactError } from '../../build/redact-event.ts';
import type { Engine } from '../../engine/engine.ts';
import { type StiError, toStiError } from '../../errors.ts';
import { Secrets } from '../../protocol/secrets.ts';
import type { RunCommand } from '../command-line/table.ts';
import { type Application, readApplication } from '../config/apply.ts';
import { trustFolder } from '../config/layers.ts';
import { trustS2iFile } from '../config/s2i-file.ts';
import type { Context, Host } from '../context.ts';
import { chooseRunFace } from '../output/attached/face.ts';
import { openBuildView } from '../output/build-view.ts';
import { chooseFace } from '../output/face.ts';
import { runBuilt } from '../wiring/attached.ts';
import { type BuildRun, buildApplication } from '../wiring/build.ts';
import { writeDown } from '../wiring/dockerfile.ts';
import { planApplication } from '../wiring/plan.ts';
import { withCancellation } from '../wiring/signals.ts';

export const run: RunCommand<'build'> = async (parsed, context) => {
  const { trust, useConfig } = parsed.explicit;
  if (trust) await (useConfig ? trustS2iFile(context) : trustFolder(parsed.positionals[0] ?? '.', context));
  return buildAndTell(await readApplication(parsed, context), context);
};

/** What is done with an application and told as a build. */
type Work = (
  application: Application,
  host: Host,
  run: BuildRun,
) => Promise<{ readonly ok: true; readonly result?: BuildResult } | { readonly ok: false; readonly error: StiError }>;

function workOf({ options: { asDockerfile, dryRun } }: Application): Work {
  if (dryRun) return planApplication;
  return asDockerfile === undefined ? buildApplication : writeDown({ path: asDockerfile, withSource: true });
}

/** From here on every failure is told by the face, as the end of a build. Resolves to the exit code. */
export function buildAndTell(
  application: Application,
  context: Context,
  work: Work = workOf(application),
): Promise<number> {
  return withCancellation(context, async (cancelled) => {
    const started = Date.now();
    const secrets = new Secrets();
    let kind: Engine['about']['kind'] = 'docker';
    const emit = chooseFace(application.options, context, () => kind);
    const view = await openBuildView(application, context, { emit, cancelled });
    const { signal } = view;
    let exitCode: number;
    let built: BuildResult | undefined;
    try {
      const onEngine = (engine: Engine): void => {
        kind = engine.about.kind;
      };
      const outcome = await work(application, context, {
        emit: view.emit,
        onFiles: view.onFiles,
        onEngine,
        signal,
        secrets,
      });
      exitCode = outcome.ok ? 0 : outcome.error.exitCode;
      built = outcome.ok ? outcome.result : undefined;
    } catch (thrown) {
      const error = redactError(toStiError(signal.aborted ? signal.reason : thrown), secrets.redact);
      const at = Date.now();
      await view.emit({ type: 'build-finished', at, ms: at - started, outcome: { ok: false, error, tagKept: null } });
      exitCode = error.exitCode;
    }
    await view.close(exitCode === 0);
    if (built === undefined || !application.options.run) return exitCode;
    const face = chooseRunFace(application.options, context);
    return runBuilt(application, built.imageId, context, { emit: face, signal: cancelled, secrets });
  });
}
