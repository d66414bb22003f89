import { connect, createServer, type ListenOptions, type Socket } from 'node:net';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { onTestFinished } from 'vitest';
import { engineAddress } from './engine-address.ts';
import { tempFolder } from './temp.ts';

/** An address that leads to the engine until it is cut, as when the engine or the way to it dies. */
export interface EngineProxy {
  /** For DOCKER_HOST. */
  readonly address: string;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** The engine is back. */
  mend(): Promise<void>;
}

/**
 * @param over `tcp` lets the engine look like one of another machine
 * @param late how long what begins with this is kept from the engine; milliseconds
 */
export async function startEngineProxy(
  over: 'unix' | 'tcp' = 'unix',
  late: (request: string) => number = () => 0,
): Promise<EngineProxy> {
  let where: ListenOptions =
    over === 'tcp' ? { port: 0, host: '127.0.0.1' } : { path: join(tempFolder(), 'engine.sock') };
  const target = engineAddress.replace(/^unix:\/\//, '');
  const open = new Set<Socket>();
  const track = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: target, allowHalfOpen: true });
    track(client);
    track(engine);
    const delay = new Transform({
      transform: (chunk: Buffer, _, done) => {
        const ms = late(chunk.toString('latin1', 0, 1_000));
        if (ms === 0) done(null, chunk);
        else setTimeout(done, ms, null, chunk);
      },
    });
    client.pipe(delay).pipe(engine).pipe(client);
    client.on('close', () => engine.destroy());
    engine.on('close', () => client.destroy());
  });
  const mend = () => new Promise<void>((resolve) => server.listen(where, resolve));
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  await mend();
  onTestFinished(async () => {
    if (server.listening) await cut();
  });
  const bound = server.address();
  if (bound === null) throw new Error('the proxy is not listening');
  if (typeof bound === 'string') return { address: `unix://${bound}`, cut, mend };
  where = { port: bound.port, host: bound.address };
  return { address: `tcp://${bound.address}:${bound.port}`, cut, mend };
}
