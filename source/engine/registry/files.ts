import { join } from 'node:path';
import type { Environment } from '../endpoint/candidates.ts';
import { dockerConfigFile } from '../endpoint/config.ts';
import type { EngineAbout } from '../engine.ts';
import { ownUid } from '../own-uid.ts';

/** Where clients keep the logins of registries: first the client of this kind of engine, then the other. */
export async function loginFiles(kind: EngineAbout['kind'], env: Environment, homeDir: string): Promise<string[]> {
  const docker = [dockerConfigFile(env, homeDir)];
  const podman = await podmanFiles(env, homeDir);
  return kind === 'podman' ? [...podman, ...docker] : [...docker, ...podman];
}

/** As Podman itself looks for them; what it stays with over a restart of the machine is in the last one. */
async function podmanFiles(env: Environment, homeDir: string): Promise<string[]> {
  const { REGISTRY_AUTH_FILE: named, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: settings } = env;
  if (named) return [named];
  const uid = await ownUid();
  const temporary = runtime ? join(runtime, 'containers') : `/run/containers/${uid ?? 0}`;
  return [join(temporary, 'auth.json'), join(settings || join(homeDir, '.config'), 'containers', 'auth.json')];
}
