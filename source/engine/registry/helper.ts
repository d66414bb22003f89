import type { Environment } from '../endpoint/candidates.ts';
import { isRecord } from '../endpoint/config.ts';
import type { RegistryAuth } from './auth.ts';

/** Runs `docker-credential-NAME get`. undefined: it has no login for this registry. */
export async function askHelper(name: string, registry: string, env: Environment): Promise<RegistryAuth | undefined> {
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
