import type { Duplex } from 'node:stream';
import { expectStatus } from './answer.ts';
import type { EngineConnection } from './connection.ts';
import { AnswerError } from './failures.ts';

/**
 * Turns a request into a plain two-way connection. Not by dockerode, which sends a body of its own that Podman 4
 * takes for the container's stdin. `signal` ends the request; the connection, once there, is the caller's.
 */
export function upgrade(
  transport: EngineConnection,
  path: string,
  signal: AbortSignal,
  body?: object,
): Promise<Duplex> {
  const sent = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'tcp',
    'Content-Length': Buffer.byteLength(sent),
    ...(sent && { 'Content-Type': 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const request = transport.request({ method: 'POST', path, headers, signal });
    request.on('error', reject);
    request.on('response', (answer) => {
      const notUpgraded = new AnswerError(`it answered with status ${answer.statusCode} and kept to HTTP`);
      expectStatus(answer, [200]).then(() => {
        answer.destroy();
        reject(notUpgraded);
      }, reject);
    });
    request.on('upgrade', (_response, connection, head) => {
      // Without a listener an error between two reads would end the process.
      connection.on('error', () => {});
      if (head.length > 0) connection.unshift(head);
      transport.adopt(connection);
      resolve(connection);
    });
    request.end(sent);
  });
}
