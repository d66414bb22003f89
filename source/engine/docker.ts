import { call, shortCall } from './call.ts';
import { archiveCalls } from './docker-archive.ts';
import type { Client } from './docker-client.ts';
import { containerCalls } from './docker-containers.ts';
import { execCall } from './docker-exec.ts';
import { type FindCredentials, imageCalls } from './docker-images.ts';
import type { Engine } from './engine.ts';
import type { Greeting } from './greeting.ts';
import { request } from './request.ts';
import type { Transport } from './transport.ts';

export interface DockerEngineOptions {
  readonly transport: Transport;
  readonly greeting: Greeting;
  readonly findCredentials: FindCredentials;
  /** Runs after the connections are closed. */
  readonly onClose: () => void;
}

/** Gives the client, which is loaded when it's first needed. */
export type GetClient = () => Promise<Client>;

/** The engine behind a transport that has been greeted: Docker's API, as Docker and Podman speak it. */
export function createDockerEngine({ transport, greeting, findCredentials, onClose }: DockerEngineOptions): Engine {
  const { about } = greeting;
  let loading: Promise<Client> | undefined;
  const client = () => {
    loading ??= import('./docker-client.ts').then(({ createClient }) => createClient(transport, about.apiVersion));
    return loading;
  };
  return {
    about,
    ping: (signal) =>
      call({ doing: 'answer a ping', signal, limit: shortCall }, async (abortSignal) => {
        await request(transport, { path: '/_ping', signal: abortSignal });
      }),
    ...imageCalls(client, transport, greeting, findCredentials),
    ...containerCalls(client, transport, greeting),
    ...archiveCalls(client),
    exec: execCall(client, transport, about),
    close() {
      transport.close();
      onClose();
    },
  };
}
