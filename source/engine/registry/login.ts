import { messageOf } from '../../errors.ts';
import type { Environment } from '../endpoint/candidates.ts';
import { type DockerConfig, readDockerConfig } from '../endpoint/config.ts';
import type { Engine, EngineAbout } from '../engine.ts';
import { type RegistryAuth, secretsOf } from './auth.ts';
import { loginFiles } from './files.ts';
import { askHelper } from './helper.ts';
import { storedFor } from './stored.ts';

export interface LoginSearch {
  readonly env: Environment;
  readonly homeDir: string;
  /** Whose client is asked first. */
  readonly kind: EngineAbout['kind'];
  /** The one file to look into, when it isn't one of the clients' own. */
  readonly loginsFrom?: string | undefined;
  readonly onProblem: (text: string) => void;
  /** Hears of each password before whoever asks for the login gets it. */
  readonly onSecret?: ((value: string) => void) | undefined;
}

/** The key under which the docker client keeps the login of Docker Hub. */
const dockerHub = 'https://index.docker.io/v1/';

export function loginFinder(search: Omit<LoginSearch, 'onProblem'>): Engine['findLogin'] {
  return async (reference, onProblem) => {
    const found = await findLogin(reference, { ...search, onProblem });
    if (found !== undefined) for (const secret of secretsOf(found)) search.onSecret?.(secret);
    return found;
  };
}

/**
 * The login for an image's registry from the settings of docker's client and Podman's: in each file a helper for this
 * registry, else the common store, else what the file itself holds. A helper that fails is a problem that is told, not a
 * failure: the image may be public.
 */
export async function findLogin(reference: string, search: LoginSearch): Promise<RegistryAuth | undefined> {
  const { env, homeDir, kind, loginsFrom, onProblem } = search;
  const files = loginsFrom === undefined ? await loginFiles(kind, env, homeDir) : [loginsFrom];
  for (const file of files) {
    const found = await loginIn(await readDockerConfig(file, onProblem), reference, search);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function loginIn(
  config: DockerConfig,
  reference: string,
  { env, onProblem }: LoginSearch,
): Promise<RegistryAuth | undefined> {
  const registry = registryOf(reference);
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  if (helper !== undefined) {
    try {
      const found = await askHelper(helper, registry, env);
      if (found) return found;
    } catch (thrown) {
      onProblem(`docker-credential-${helper} gave no login for ${registry}: ${messageOf(thrown)}`);
    }
  }
  return storedFor(reference, registry, config.auths ?? {});
}

/** The first part of a reference when it is a host, else Docker Hub. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return !isHost || first === 'docker.io' || first === 'index.docker.io' ? dockerHub : first;
}
