import type { Emit } from '../build/events.ts';
import type { Engine } from '../engine/engine.ts';
import { toStiError } from '../errors.ts';
import { readBuildRequest } from './build-request.ts';
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
  return withCancellation(context, async (signal) => {
    const started = Date.now();
    const secrets = createSecrets();
    let kind: Engine['about']['kind'] = 'docker';
    const emit = chooseFace(parsed.options, context, { redact: secrets.redact, engine: () => kind });
    try {
      return await build(parsed, context, { emit, signal, secrets, onEngine: (engine) => (kind = engine.about.kind) });
    } catch (thrown) {
      const error = toStiError(signal.aborted ? signal.reason : thrown);
      const at = Date.now();
      await emit({ type: 'build-finished', at, ms: at - started, outcome: { ok: false, error, tagKept: null } });
      return error.exitCode;
    }
  });
};

async function build(
  parsed: ParsedCommand,
  context: Context,
  run: { emit: Emit; signal: AbortSignal; secrets: Secrets; onEngine: (engine: Engine) => void },
): Promise<number> {
  const { emit, signal } = run;
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
  const outcome = await build(request, world, () => connecting);
  connecting.then(
    (engine) => engine.close(),
    () => {},
  );
  return outcome.ok ? 0 : outcome.error.exitCode;
}
