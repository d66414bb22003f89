import { messageOf, StiError } from '../errors.ts';
import { createDockerEngine } from './docker/docker.ts';
import {
  type Endpoint,
  type Environment,
  namedEndpoint,
  socketEndpoint,
  usualEndpoints,
} from './endpoint/candidates.ts';
import { readDockerContext } from './endpoint/context.ts';
import type { Engine } from './engine.ts';
import { greet } from './handshake.ts';
import { createTransport } from './http/connection.ts';
import { startHint } from './http/failures.ts';
import { type Limits, usualLimits } from './http/limits.ts';
import { startPodmanService } from './podman/service.ts';
import { loginFinder } from './registry/login.ts';

export interface ConnectOptions {
  /** `-U/--url` */
  readonly url?: string | undefined;
  readonly env: Environment;
  readonly homeDir: string;
  /** The settings that hold the logins of registries; absent: where docker's client and Podman have them. */
  readonly loginsFrom?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears what a user would want to know about the choice of engine. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Hears of each password that a registry is given, before it is. */
  readonly onSecret?: ((value: string) => void) | undefined;
  /** {@link usualLimits} when absent. */
  readonly limits?: Limits;
}

/**
 * Finds the engine and connects to it (docs/protocol.md, "Command line"): the one that `--url`, DOCKER_HOST or the docker
 * context names, else the first of the usual sockets that answers, else a Podman of its own.
 * Rejects with `engine-unreachable`, `engine-denied`, or `engine-failed` when the engine is too old.
 */
export async function connectEngine(options: ConnectOptions): Promise<Engine> {
  const { url, env, homeDir, onNotice = () => {} } = options;
  const anotherIsNamed = url !== undefined || Boolean(env['DOCKER_HOST']);
  const context = anotherIsNamed ? undefined : await readDockerContext(env, homeDir, onNotice);
  const named = namedEndpoint({ url, env, homeDir, context });
  return named ? open(named, options) : connectToFirst(usualEndpoints(env, homeDir), options);
}

/** The first of these engines that answers, else a Podman of sti's own. */
export async function connectToFirst(endpoints: readonly Endpoint[], options: ConnectOptions): Promise<Engine> {
  const failures: StiError[] = [];
  for (const endpoint of endpoints) {
    try {
      return await open(endpoint, options);
    } catch (thrown) {
      const next =
        thrown instanceof StiError && (thrown.code === 'engine-unreachable' || thrown.code === 'engine-denied');
      if (!next) throw thrown;
      failures.push(thrown);
    }
  }
  const denied = failures.find(({ code }) => code === 'engine-denied');
  return denied ? Promise.reject(denied) : openOwnPodman(options, failures);
}

async function openOwnPodman(options: ConnectOptions, failures: readonly StiError[]): Promise<Engine> {
  const { env, signal, onNotice } = options;
  const places = failures.map(messageOf);
  try {
    const service = await startPodmanService(env, signal);
    if (service) {
      onNotice?.('no container engine runs, so sti runs a Podman service of its own for as long as it needs one');
      const endpoint = { ...socketEndpoint(service.socketPath), from: 'a service of its own' };
      return await open(endpoint, options, service.stop);
    }
    places.push('podman: not installed');
  } catch (thrown) {
    signal?.throwIfAborted();
    places.push(messageOf(thrown));
  }
  throw new StiError('engine-unreachable', `no container engine answered (${places.join('; ')})`, { hint: startHint });
}

async function open(endpoint: Endpoint, options: ConnectOptions, onClose = () => {}): Promise<Engine> {
  const { env, homeDir, loginsFrom, signal, onSecret, limits = usualLimits } = options;
  const transport = await createTransport(endpoint, env);
  try {
    const greeting = await greet(transport, limits.greeting, signal);
    const findLogin = loginFinder({ env, homeDir, kind: greeting.about.kind, loginsFrom, onSecret });
    return createDockerEngine({ transport, greeting, findLogin, limits, onClose });
  } catch (thrown) {
    transport.close();
    onClose();
    throw thrown;
  }
}
