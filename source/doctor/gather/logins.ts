import { readDockerConfig } from '../../engine/endpoint/config.ts';
import type { EngineAbout } from '../../engine/engine.ts';
import { loginFiles } from '../../engine/registry/files.ts';
import type { Facts, LoginFacts } from '../facts.ts';
import { isInstalled } from './machine.ts';

/** @param loginsFrom the one file to look into, when the user names one */
export async function gatherLogins(
  env: Facts['env'],
  homeDir: string,
  kind: EngineAbout['kind'],
  loginsFrom: string | undefined,
): Promise<LoginFacts> {
  const problems: string[] = [];
  const helpers = new Map<string, string>();
  let registries = 0;
  for (const file of loginsFrom === undefined ? await loginFiles(kind, env, homeDir) : [loginsFrom]) {
    const config = await readDockerConfig(file, (text) => problems.push(text));
    // With a store, the client leaves an empty entry for each registry that it has a login for.
    registries += Object.values(config.auths ?? {}).filter((stored) => Object.keys(stored).length > 0).length;
    const named = [...Object.values(config.credHelpers ?? {}), ...(config.credsStore ? [config.credsStore] : [])];
    for (const name of named) if (!helpers.has(name)) helpers.set(name, file);
  }
  const looked = [...helpers].map(async ([name, file]) => ({
    name,
    file,
    found: await isInstalled(`docker-credential-${name}`, env),
  }));
  return { problems, helpers: await Promise.all(looked), registries };
}
