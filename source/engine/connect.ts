import { messageOf, StiError } from '../errors.ts';
import { createDockerEngine } from './docker.ts';
import { readDockerContext } from './docker-context.ts';
import type { FindCredentials } from './docker-images.ts';
import { type Endpoint, type Environment, namedEndpoint, socketEndpoint, usualEndpoints } from './endpoints.ts';
import type { Engine } from './engine.ts';
import { startHint } from './failure.ts';
import { greet } from './greeting.ts';
import { startPodmanService } from './podman-service.ts';
import { createTransport } from './transport.ts';

export interface ConnectOptions {
  /** `-U/--url` */
  readonly url?: string | undefined;
  readonly env: Environment;
  readonly homeDir: string;
  readonly signal?: AbortSignal | undefined;
  /** Hears what a user would want to know about the choice of engine. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** How long an engine may take to say who it is, in milliseconds. */
const stallMs = 10_000;

/**
 * Finds the engine and connects to it (PROTOCOL.md, "Command line"): the one that `--url`, DOCKER_HOST or the docker
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
      return await open(socketEndpoint(service.socketPath), options, service.stop);
    }
    places.push('podman: not installed');
  } catch (thrown) {
    signal?.throwIfAborted();
    places.push(messageOf(thrown));
  }
  throw new StiError('engine-unreachable', `no container engine answered (${places.join('; ')})`, { hint: startHint });
}

async function open(endpoint: Endpoint, options: ConnectOptions, onClose = () => {}): Promise<Engine> {
  const { env, homeDir, signal } = options;
  const transport = await createTransport(endpoint);
  try {
    const greeting = await greet(transport, stallMs, signal);
    const findCredentials: FindCredentials = async (reference, onProblem) => {
      const credentials = await import('./credentials.ts');
      return credentials.findCredentials(reference, { env, homeDir, onProblem });
    };
    return createDockerEngine({ transport, greeting, findCredentials, onClose });
  } catch (thrown) {
    transport.close();
    onClose();
    throw thrown;
  }
}
