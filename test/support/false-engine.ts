import { createServer, type IncomingMessage, request } from 'node:http';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { engineAddress } from './engine-address.ts';
import { tempFolder } from './temp.ts';

const page = '<!DOCTYPE html><html><body>Welcome to nginx!</body></html>';

/** What something that isn't an engine, or is broken, does with a request. */
export const badAnswers = {
  'a web page': (socket) => answer(socket, '200 OK', 'text/html', page),
  'a web page that calls itself JSON': (socket) => answer(socket, '200 OK', 'application/json', page),
  'JSON that is cut': (socket) => answer(socket, '200 OK', 'application/json', '{"Id":"sha256:0123'),
  null: (socket) => answer(socket, '200 OK', 'application/json', 'null'),
  '{}': (socket) => answer(socket, '200 OK', 'application/json', '{}'),
  '500': (socket) => answer(socket, '500 Internal Server Error', 'text/plain', 'out of order'),
  'what is not HTTP': (socket) => socket.end('220 mail.example ESMTP\r\n'),
  'a closed connection': (socket) => socket.destroy(),
  nothing: () => {},
  'an answer without end': endless,
} as const satisfies Record<string, (socket: Socket) => void>;

export type BadAnswer = keyof typeof badAnswers;

export interface FalseEngine {
  /** For DOCKER_HOST. */
  readonly address: string;
  /** How often it has given the bad answer. */
  readonly lies: () => number;
}

/**
 * The real engine behind a door that passes everything on, but for the calls that fit: these never reach it.
 *
 * @param lie does the answering itself
 * @param call of `GET /images/x/json`, without the version
 */
export async function startFalseEngine(
  call: RegExp,
  lie: (socket: Socket) => void,
  over: 'unix' | 'tcp' = 'unix',
): Promise<FalseEngine> {
  let lies = 0;
  const fits = ({ method, url = '' }: IncomingMessage) => call.test(`${method} ${url.replace(/^\/v[\d.]+/, '')}`);
  const target = { socketPath: engineAddress.replace(/^unix:\/\//, '') };
  const open = new Set<Socket>();
  const server = createServer((asked, reply) => {
    if (fits(asked)) {
      lies += 1;
      asked.resume();
      lie(asked.socket);
      return;
    }
    const { method, url, headers } = asked;
    const passed = request({ ...target, method, path: url, headers }, (honest) => {
      reply.writeHead(honest.statusCode ?? 0, honest.headers);
      reply.flushHeaders();
      honest.pipe(reply).on('error', () => {});
      honest.on('error', () => reply.destroy());
    });
    passed.on('error', () => reply.destroy());
    reply.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  server.on('connection', (socket: Socket) => {
    open.add(socket.on('error', () => {}).on('close', () => open.delete(socket)));
  });
  server.on('upgrade', (asked: IncomingMessage, socket: Socket, head: Buffer) => {
    if (fits(asked)) {
      lies += 1;
      socket.resume();
      lie(socket);
      return;
    }
    const engine = createConnection({ path: target.socketPath, allowHalfOpen: true });
    open.add(engine.on('error', () => {}).on('close', () => open.delete(engine)));
    const { rawHeaders } = asked;
    const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
    engine.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    engine.write(head);
    socket.pipe(engine).pipe(socket);
    socket.on('close', () => engine.destroy());
    engine.on('close', () => socket.destroy());
  });
  const where = over === 'tcp' ? { port: 0, host: '127.0.0.1' } : { path: join(tempFolder(), 'engine.sock') };
  await new Promise<void>((resolve) => server.listen(where, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  const bound = server.address();
  if (bound === null) throw new Error('the false engine is not listening');
  const address = typeof bound === 'string' ? `unix://${bound}` : `tcp://127.0.0.1:${bound.port}`;
  return { address, lies: () => lies };
}

export function answer(socket: Socket, status: string, type: string, body: string): void {
  const head = `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close`;
  // The server knows nothing of this answer, so it could give no other on the same connection.
  socket.end(`${head}\r\n\r\n${body}`);
}

function endless(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[');
  const more = ' '.repeat(64 * 1024);
  const write = (): void => {
    while (!socket.destroyed && socket.write(more));
  };
  socket.on('drain', write);
  write();
}
