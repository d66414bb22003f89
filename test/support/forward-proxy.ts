import { request as ask, createServer, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { portOf } from './http-server.ts';

export interface ForwardProxy {
  readonly url: string;
  /** `GET http://host:1/path`, `CONNECT host:443`: all that was asked of it. */
  readonly requests: readonly string[];
  /** The `proxy-authorization` headers that came. */
  readonly logins: readonly (string | undefined)[];
}

/** An HTTP proxy on this machine, until the running test has ended: it forwards what it is asked, and opens tunnels. */
export async function startForwardProxy(): Promise<ForwardProxy> {
  const requests: string[] = [];
  const logins: (string | undefined)[] = [];
  const note = ({ method, url, headers }: IncomingMessage) => {
    requests.push(`${method} ${url}`);
    logins.push(headers['proxy-authorization']);
  };
  const sockets = new Set<Duplex>();
  const server = createServer((request, response) => {
    note(request);
    const { method, headers, url = '' } = request;
    const onward = ask(url, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request, client) => {
    note(request);
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname.replace(/^\[|\]$/g, ''), () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, requests, logins };
}
