import { connect, createServer, type ListenOptions, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A way to the engine that can be taken away, as when the engine or the way to it dies. */
export interface Relay {
  /** For DOCKER_HOST. */
  readonly address: string;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** The engine is back. */
  mend(): Promise<void>;
  /** Keeps the connections and passes nothing on any more. */
  freeze(): void;
}

/**
 * @param address of the engine, a socket of this machine
 * @param late how long what begins with this is kept from the engine; milliseconds
 */
export async function startRelay(
  address: string,
  listenAt: ListenOptions,
  late: (request: string) => number = () => 0,
): Promise<Relay> {
  let where = listenAt;
  const open = new Set<Socket>();
  const track = (socket: Socket): Socket => {
    open.add(socket);
    return socket.on('error', () => {}).on('close', () => open.delete(socket));
  };
  let frozen = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    track(client);
    if (frozen) return;
    const engine = track(connect({ path: address.replace(/^unix:\/\//, ''), allowHalfOpen: true }));
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
  const freeze = () => {
    frozen = true;
    for (const socket of open) socket.unpipe().pause();
  };
  await mend();
  const bound = server.address();
  if (bound === null) throw new Error('the relay is not listening');
  if (typeof bound === 'string') return { address: `unix://${bound}`, cut, mend, freeze };
  where = { port: bound.port, host: bound.address };
  return { address: `tcp://${bound.address}:${bound.port}`, cut, mend, freeze };
}
