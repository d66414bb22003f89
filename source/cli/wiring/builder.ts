import type { Emit } from '../../build/events.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Secrets } from '../../protocol/secrets.ts';
import type { Application } from '../config/apply.ts';
import type { Host } from '../context.ts';
import { connect } from './engine.ts';

/** The engine that a build is for: with `--builder` one that builds Dockerfiles by that program. */
export async function connectBuilder(
  { options }: Application,
  host: Host,
  run: { readonly emit: Emit; readonly signal: AbortSignal; readonly secrets: Secrets },
): Promise<Engine> {
  const { builder } = options;
  if (builder === undefined) return connect(options, host, run);
  if (builder === 'buildkit') {
    const { withBuildKit } = await import('../../engine/program/buildkit.ts');
    return withBuildKit(await connect(options, host, run), host.env);
  }
  const [{ connectBuildah }, { loginFinder }] = await Promise.all([
    import('../../engine/program/buildah.ts'),
    import('../../engine/registry/login.ts'),
  ]);
  const { env, homeDir } = host;
  const onSecret = (value: string) => run.secrets.hideValue(value);
  return connectBuildah(env, run.signal, loginFinder({ env, homeDir, kind: 'podman', onSecret }));
}
