import type { Engine } from '../engine/engine.ts';
import { toStiError } from '../errors.ts';
import { readBuildRequest } from './build-request.ts';
import { type BuildView, openBuildView } from './build-view.ts';
import type { ParsedCommand, RunCommand } from './command.ts';
import { readConfigured } from './config/apply.ts';
import type { Context } from './context.ts';
import { chooseFace } from './face.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import { withCancellation } from './signals.ts';
import { connect, describeWorld } from './world.ts';

/** `sti build`: from here on every failure is told by the face, as the end of a build. */
export const run: RunCommand = async (given, context) => {
  const parsed = await readConfigured(given, context.cwd);
  return withCancellation(context, async (cancelled) => {
    const started = Date.now();
    const secrets = createSecrets();
    let kind: Engine['about']['kind'] = 'docker';
    const emit = chooseFace(parsed.options, context, { redact: secrets.redact, engine: () => kind });
    const view = await openBuildView(parsed, context, secrets.redact, { emit, cancelled });
    const { signal } = view;
    let exitCode: number;
    try {
      const onEngine = (engine: Engine): void => {
        kind = engine.about.kind;
      };
      exitCode = await build(parsed, context, { view, secrets, onEngine });
    } catch (thrown) {
      const error = toStiError(signal.aborted ? signal.reason : thrown);
      const at = Date.now();
      await view.emit({ type: 'build-finished', at, ms: at - started, outcome: { ok: false, error, tagKept: null } });
      exitCode = error.exitCode;
    }
    await view.close(exitCode === 0);
    return exitCode;
  });
};

async function build(
  parsed: ParsedCommand,
  context: Context,
  run: { view: BuildView; secrets: Secrets; onEngine: (engine: Engine) => void },
): Promise<number> {
  const { emit, signal, onFiles } = run.view;
  const { request, warnings } = await readBuildRequest(parsed, context.cwd);
  run.secrets.hide([...request.envFile, ...request.env]);
  for (const message of warnings) await emit({ type: 'warning', at: Date.now(), message });
  // The engine is asked while the rest is still being loaded; a build that fails before it needs one hears nothing of it.
  const connecting = connect(parsed.options, context, { emit, signal });
  connecting.then(run.onEngine, () => {});
  const [{ build }, world] = await Promise.all([
    import('./works.ts'),
    describeWorld(parsed.options, context, { emit, signal }),
  ]);
  const outcome = await build(request, { ...world, ...(onFiles && { onFiles }) }, () => connecting);
  connecting.then(
    (engine) => engine.close(),
    () => {},
  );
  return outcome.ok ? 0 : outcome.error.exitCode;
}
