import { messageOf } from '../errors.ts';
import { type DockerConfig, dockerConfigDir, isRecord, readDockerConfig, type StoredAuth } from './docker-config.ts';
import type { Environment } from './endpoints.ts';

/** Proof of who pulls, as engines take it. Never printed. */
export type RegistryAuth = { readonly serveraddress: string } & (
  | { readonly username: string; readonly password: string }
  | { readonly identitytoken: string }
);

/** The key under which the docker client keeps the login of Docker Hub. */
const dockerHub = 'https://index.docker.io/v1/';

/**
 * The login for an image's registry from the docker client's settings: a helper for this registry, else the common
 * store, else what the file itself holds. A helper that fails is a problem that is told, not a failure: the image may
 * be public.
 */
export async function findCredentials(
  reference: string,
  options: { readonly env: Environment; readonly homeDir: string; readonly onProblem: (text: string) => void },
): Promise<RegistryAuth | undefined> {
  const { env, homeDir, onProblem } = options;
  const config = await readDockerConfig(dockerConfigDir(env, homeDir), onProblem);
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
  return storedLogin(config, registry);
}

/** The first part of a reference when it is a host, else Docker Hub. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return !isHost || first === 'docker.io' || first === 'index.docker.io' ? dockerHub : first;
}

/** The login that the file itself holds for a registry, under any of the ways in which clients write its name. */
export function storedLogin(config: DockerConfig, registry: string): RegistryAuth | undefined {
  const auths = config.auths ?? {};
  const key = Object.keys(auths).find((name) => hostOf(name) === hostOf(registry));
  const stored = auths[registry] ?? (key === undefined ? undefined : auths[key]);
  return stored && authFrom(stored, registry);
}

function authFrom(stored: StoredAuth, serveraddress: string): RegistryAuth | undefined {
  if (stored.identitytoken) return { serveraddress, identitytoken: stored.identitytoken };
  const decoded = Buffer.from(stored.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon > 0) {
    return { serveraddress, username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, '') };
  }
  const { username, password } = stored;
  return username && password ? { serveraddress, username, password } : undefined;
}

function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

/** Runs `docker-credential-NAME get`. undefined: it has no login for this registry. */
async function askHelper(name: string, registry: string, env: Environment): Promise<RegistryAuth | undefined> {
  const { execa } = await import('execa');
  const result = await execa(`docker-credential-${name}`, ['get'], {
    input: registry,
    env: { ...env },
    extendEnv: false,
    reject: false,
    timeout: 30_000,
  });
  // Helpers say on stdout what went wrong; on success it holds the secret.
  if (result.failed) {
    if (/not found/i.test(result.stdout ?? '')) return undefined;
    throw new Error(result.code === 'ENOENT' ? 'it is not installed' : result.stdout || result.shortMessage);
  }
  const answer = parse(result.stdout);
  const secret = answer['Secret'];
  const username = answer['Username'];
  if (typeof secret !== 'string' || typeof username !== 'string' || secret === '') return undefined;
  return username === '<token>'
    ? { serveraddress: registry, identitytoken: secret }
    : { serveraddress: registry, username, password: secret };
}

function parse(answer: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(answer);
    return isRecord(parsed) ? parsed : {};
  } catch {
    // The parser's own message would quote the answer, and with it the secret.
    throw new Error('its answer is not JSON');
  }
}
