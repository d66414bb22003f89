import { redacting } from '../../build/redact-event.ts';
import type { Application } from '../config/apply.ts';
import type { Host } from '../context.ts';
import { readBuildRequest } from '../request/build.ts';
import type { BuildRun } from './build.ts';
import { connect, describeHostEnvironment } from './engine.ts';
import { hideSecrets } from './secrets.ts';

/** Says what a build of the application would do. Rejects only for what is wrong before a build can begin. */
export async function planApplication(application: Application, host: Host, { emit, signal, secrets }: BuildRun) {
  const { request, warnings } = await readBuildRequest(application, host.cwd);
  hideSecrets(secrets, request, host.env);
  const tell = redacting(emit, secrets.redact);
  for (const message of warnings) await tell({ type: 'warning', at: Date.now(), message });
  const [{ planBuild }, environment] = await Promise.all([
    import('../../build/instead/plan.ts'),
    describeHostEnvironment(application.options, host, { emit, signal, secrets }),
  ]);
  return planBuild(request, environment, () => connect(application.options, host, { emit: tell, signal, secrets }));
}
