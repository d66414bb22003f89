import { IncomingMessage } from 'node:http';
import { env } from 'node:process';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { parseJson } from './request.ts';
import type { Transport } from './transport.ts';

export type Client = Docker;
type Modem = Client['modem'];

/** A dockerode client on sti's own connections. This is the only file that imports dockerode. */
export function createClient(transport: Transport, apiVersion: string): Client {
  const { endpoint, agent, secure } = transport;
  const place =
    'socketPath' in endpoint.target
      ? { socketPath: endpoint.target.socketPath }
      : { host: endpoint.target.host, port: endpoint.target.port, pathPrefix: '/' };
  const protocol = secure ? ('https' as const) : ('http' as const);
  const options = { ...place, protocol, agent, version: `v${apiVersion}` };
  const client = withoutDockerHost(() => new Docker(options));
  readWholeAnswers(client.modem);
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
 * docker-modem never settles when an answer breaks off in the middle, as `wait` does when the engine dies, and
 * dockerode's calls about images ignore the abort signal. So every answer is taken as a stream and read here.
 */
function readWholeAnswers(modem: Modem): void {
  const dial = modem.dial.bind(modem);
  modem.dial = (options, callback = () => {}) => {
    const signal: AbortSignal | undefined = options.abortSignal ?? options.options?.['abortSignal'];
    dial({ ...options, isStream: true, ...(signal && { abortSignal: signal }) }, (error, answer) => {
      if (error || !(answer instanceof IncomingMessage)) return callback(error, answer);
      if (signal) addAbortSignal(signal, answer);
      if (options.isStream) return callback(null, answer);
      readAnswer(answer).then(
        (body) => callback(null, body),
        (broken: Error) => callback(broken, null),
      );
    });
  };
}

async function readAnswer(answer: IncomingMessage): Promise<object> {
  const body = await text(answer);
  return isJson(answer) ? parseJson(body) : Buffer.from(body);
}

function isJson(answer: IncomingMessage): boolean {
  return answer.headers['content-type']?.startsWith('application/json') ?? false;
}
