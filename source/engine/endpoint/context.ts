import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import { StiError } from '../../errors.ts';
import type { DockerContext, Environment } from './candidates.ts';
import { dockerConfigDir, dockerConfigFile, isRecord, readDockerConfig } from './config.ts';

/**
 * The docker context in use: `DOCKER_CONTEXT`, else what `docker context use` wrote. undefined: none, or `default`,
 * which is the docker client's name for its usual socket. Rejects with `engine-unreachable` when the context is gone.
 */
export async function readDockerContext(
  env: Environment,
  homeDir: string,
  onProblem: (text: string) => void,
): Promise<DockerContext | undefined> {
  const dir = dockerConfigDir(env, homeDir);
  const name =
    env['DOCKER_CONTEXT'] || (await readDockerConfig(dockerConfigFile(env, homeDir), onProblem)).currentContext;
  if (!name || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readMeta(join(dir, 'contexts', 'meta', id, 'meta.json'), name);
  const endpoint = isRecord(meta) && isRecord(meta['Endpoints']) ? meta['Endpoints']['docker'] : undefined;
  if (!isRecord(endpoint) || typeof endpoint['Host'] !== 'string') throw unusable(name, 'it names no engine');
  const folder = join(dir, 'contexts', 'tls', id, 'docker');
  const hasTls = endpoint['Host'].startsWith('tcp://') && (await exists(folder));
  const skipVerify = endpoint['SkipTLSVerify'] === true;
  const tls = { folder, named: false, verify: !skipVerify };
  return { name, host: endpoint['Host'], ...((hasTls || skipVerify) && { tls }) };
}

async function readMeta(file: string, name: string): Promise<unknown> {
  const read = await readBounded(file, { maxBytes: 1024 * 1024, links: 'follow' });
  if (read.outcome !== 'content') {
    throw unusable(name, `${file} ${read.outcome === 'absent' ? 'is missing' : read.message}`);
  }
  try {
    return JSON.parse(read.content.toString('utf8'));
  } catch (cause) {
    throw unusable(name, `${file} is not JSON`, cause);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function unusable(name: string, why: string, cause?: unknown): StiError {
  return new StiError('engine-unreachable', `the docker context ${JSON.stringify(name)} cannot be used: ${why}`, {
    cause,
    hint: 'See docker context ls, choose another with docker context use, or name the engine with --url.',
  });
}
