import type { BuildOutcome, Emit, FilesEvent } from '../../build/events.ts';
import { redacting } from '../../build/redact-event.ts';
import type { BuildRequest } from '../../build/request.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Secrets } from '../../protocol/secrets.ts';
import type { Application } from '../config/apply.ts';
import type { Host } from '../context.ts';
import { readBuildRequest } from '../request/build.ts';
import { readEpoch } from '../request/epoch.ts';
import { connectBuilder } from './builder.ts';
import { describeHostEnvironment } from './engine.ts';
import { hideSecrets } from './secrets.ts';

export interface BuildRun {
  /** Hears everything without its secrets. */
  readonly emit: Emit;
  readonly onFiles?: ((event: FilesEvent) => void) | undefined;
  readonly onEngine?: (engine: Engine) => void;
  readonly signal: AbortSignal;
  /** Knows the secrets of the application once this has begun. */
  readonly secrets: Secrets;
}

/** Builds one application. Rejects only for what is wrong before a build can begin. */
export async function buildApplication(application: Application, host: Host, run: BuildRun): Promise<BuildOutcome> {
  const { emit, onFiles, onEngine, signal, secrets } = run;
  const { request: asked, warnings } = await readBuildRequest(application, host.cwd);
  const request = { ...asked, sourceDateEpoch: readEpoch(host.env) };
  hideSecrets(secrets, request, host.env);
  const tell = redacting(emit, secrets.redact);
  for (const message of warnings) await tell({ type: 'warning', at: Date.now(), message });
  const scan = await findScan(request, host, signal);
  // The engine is asked while the rest is still being loaded; a build that fails before it needs one hears nothing of it.
  const connecting = connectBuilder(application, host, { emit: tell, signal, secrets });
  connecting.then(onEngine, () => {});
  const [{ build }, environment] = await Promise.all([
    import('../../build/build.ts'),
    describeHostEnvironment(application.options, host, { emit, signal, secrets }),
  ]);
  const outcome = await build(
    request,
    { ...environment, ...(onFiles && { onFiles }), ...(scan && { scan }) },
    () => connecting,
  );
  connecting.then(
    (engine) => engine.close(),
    () => {},
  );
  return outcome;
}

/** What lists the content of images; a program that isn't here is known before anything is built. */
async function findScan({ outputs = [], push, sbom }: BuildRequest, { env }: Host, signal: AbortSignal) {
  const option =
    sbom && push ? '--sbom' : outputs.some(({ form }) => form === 'sbom') ? '--output sbom:FILE' : undefined;
  if (option === undefined) return undefined;
  const { findSyft } = await import('../../engine/program/syft.ts');
  return findSyft(option, env, signal);
}
