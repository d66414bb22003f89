import { join } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import { messageOf } from '../../errors.ts';
import type { Environment } from './candidates.ts';

/** The parts of the docker client's `config.json` that sti reads. */
export interface DockerConfig {
  readonly currentContext?: string;
  readonly auths?: Readonly<Record<string, StoredAuth>>;
  /** Registry host → suffix of a `docker-credential-…` program. */
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}
export interface StoredAuth {
  /** base64 of `user:password` */
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

/** Where the docker client keeps its settings: `DOCKER_CONFIG`, else `~/.docker`. */
export function dockerConfigDir(env: Environment, homeDir: string): string {
  return env['DOCKER_CONFIG'] || join(homeDir, '.docker');
}

export function dockerConfigFile(env: Environment, homeDir: string): string {
  return join(dockerConfigDir(env, homeDir), 'config.json');
}

/** The docker client's settings; empty when there are none, and when they cannot be read, which `onProblem` is told. */
export async function readDockerConfig(file: string, onProblem: (text: string) => void): Promise<DockerConfig> {
  const read = await readBounded(file, { maxBytes: 1024 * 1024, links: 'follow' });
  if (read.outcome === 'absent') return {};
  if (read.outcome === 'refused') {
    onProblem(`${file} is not used: it ${read.message}`);
    return {};
  }
  try {
    const parsed: unknown = JSON.parse(read.content.toString('utf8'));
    return isRecord(parsed) ? pick(parsed) : {};
  } catch (thrown) {
    // A parser's message quotes the text, which may be a password.
    onProblem(`${file} is not used: ${thrown instanceof SyntaxError ? 'it is not valid JSON' : messageOf(thrown)}`);
    return {};
  }
}

function pick(parsed: Record<string, unknown>): DockerConfig {
  const { currentContext, credsStore } = parsed;
  return {
    ...(typeof currentContext === 'string' && { currentContext }),
    ...(typeof credsStore === 'string' && { credsStore }),
    credHelpers: strings(parsed['credHelpers']),
    auths: Object.fromEntries(Object.entries(record(parsed['auths'])).map(([key, value]) => [key, strings(value)])),
  };
}

function strings(value: unknown): Record<string, string> {
  const entries = Object.entries(record(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
