import { IncomingMessage } from 'node:http';
import { env } from 'node:process';
import { addAbortSignal } from 'node:stream';
import Docker from 'dockerode';
import { expectStatus, readText } from '../http/answer.ts';
import type { EngineConnection } from '../http/connection.ts';

export type Client = Docker;
type Modem = Client['modem'];

/** A dockerode client on sti's own connections. This is the only file that imports dockerode. */
export function createClient(transport: EngineConnection, apiVersion: string): Client {
  const { endpoint, place, agent } = transport;
  const { target } = endpoint;
  const protocol = 'tls' in target && target.tls !== undefined ? ('https' as const) : ('http' as const);
  const prefix = 'socketPath' in place ? {} : { pathPrefix: '/' };
  const options = { ...place, ...prefix, protocol, agent, version: `v${apiVersion}` };
  const client = withoutDockerHost(() => new Docker(options));
  readAnswersHere(client.modem);
  return client;
}

/**
 * docker-modem obeys DOCKER_HOST even when it is given a socket, and fails when that variable or its certificates are
 * broken. Which engine is used has been decided by then, so the variable is hidden while the client is made.
 */
function withoutDockerHost<T>(make: () => T): T {
  const dockerHost = env['DOCKER_HOST'];
  delete env['DOCKER_HOST'];
  try {
    return make();
  } finally {
    if (dockerHost !== undefined) env['DOCKER_HOST'] = dockerHost;
  }
}

/**
 * docker-modem never settles when an answer breaks off in the middle, reads one of any size, and takes what isn't JSON
 * for a Buffer; dockerode's calls about images ignore the abort signal. So every answer, a refusal too, is taken as a
 * stream and read here.
 */
function readAnswersHere(modem: Modem): void {
  const dial = modem.dial.bind(modem);
  modem.dial = (options, callback = () => {}) => {
    const signal: AbortSignal | undefined = options.abortSignal ?? options.options?.['abortSignal'];
    const taken = { ...options, isStream: true, statusCodes: anyStatus, ...(signal && { abortSignal: signal }) };
    dial(taken, (error, answer) => {
      if (error || !(answer instanceof IncomingMessage)) return callback(error, answer);
      if (signal) addAbortSignal(signal, answer);
      const success = Object.entries(options.statusCodes ?? {}).filter(([, meaning]) => meaning === true);
      const read = async () => {
        await expectStatus(
          answer,
          success.map(([status]) => Number(status)),
          options.method,
        );
        return options.isStream ? answer : Buffer.from(await readText(answer));
      };
      read().then(
        (body) => callback(null, body),
        (broken: Error) => callback(broken, null),
      );
    });
  };
}

const anyStatus = new Proxy({}, { get: () => true });
