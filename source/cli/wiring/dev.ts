import type { DevControls } from '../../dev/controls.ts';
import type { DevOutcome } from '../../dev/dev.ts';
import type { DevEmit } from '../../dev/events.ts';
import { redacting } from '../../dev/redact-event.ts';
import type { DevRequest } from '../../dev/request.ts';
import type { Slots } from '../../dev/schedule/slots.ts';
import type { Secrets } from '../../protocol/secrets.ts';
import type { Application } from '../config/apply.ts';
import type { Host } from '../context.ts';
import { readBuildRequest } from '../request/build.ts';
import { filesOf, readDevOptions } from '../request/dev.ts';
import { connect, describeHostEnvironment } from './engine.ts';
import { hideSecrets } from './secrets.ts';

export interface DevRun {
  /** Hears everything without its secrets. */
  readonly emit: DevEmit;
  readonly onControls?: ((controls: DevControls) => void) | undefined;
  /** Its abort ends the loop. */
  readonly signal: AbortSignal;
  /** What several applications share, so that not all of them assemble at once. */
  readonly slots?: Slots | undefined;
  /** Knows the secrets of the application once it was read. */
  readonly secrets: Secrets;
}

/**
 * Runs the loop of one application. Rejects only for what is wrong before it can begin.
 * @param read reads the application's configuration, which may be another each time
 */
export async function developApplication(
  read: () => Promise<Application>,
  host: Host,
  { emit, onControls, signal, slots, secrets }: DevRun,
): Promise<DevOutcome> {
  const tell = redacting(emit, secrets.redact);
  const readRequest = async (): Promise<DevRequest> => {
    const application = await read();
    const { request, warnings } = await readBuildRequest(application, host.cwd);
    hideSecrets(secrets, request, host.env);
    secrets.hide(application.options.devEnv);
    for (const message of warnings) await tell({ type: 'warning', at: Date.now(), message });
    const options = { ...readDevOptions(application.options), ...(slots && { slots }) };
    return { request, options, files: await filesOf(application, host) };
  };
  const { options } = await read();
  const environment = await describeHostEnvironment(options, host, { emit, signal, secrets });
  const { dev } = await import('../../dev/dev.ts');
  const connectTo = (url = options.url) => connect({ ...options, url }, host, { emit: tell, signal, secrets });
  return dev({ connect: connectTo, read: readRequest }, environment, { emit, ...(onControls && { onControls }) });
}
