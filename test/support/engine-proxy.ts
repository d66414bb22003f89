import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { engineAddress } from './engine-address.ts';
import { tempFolder } from './temp.ts';

/** A socket that leads to the engine until it is cut, as when the engine or the way to it dies. */
export interface EngineProxy {
  /** For DOCKER_HOST. */
  readonly address: string;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  /** The engine is back. */
  mend(): Promise<void>;
}

export async function startEngineProxy(): Promise<EngineProxy> {
  const path = join(tempFolder(), 'engine.sock');
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
    client.pipe(engine).pipe(client);
    client.on('close', () => engine.destroy());
    engine.on('close', () => client.destroy());
  });
  const mend = () => new Promise<void>((resolve) => server.listen(path, resolve));
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  await mend();
  onTestFinished(async () => {
    if (server.listening) await cut();
  });
  return { address: `unix://${path}`, cut, mend };
}
