import type { Engine } from '../engine.ts';
import type { Greeting } from '../handshake.ts';
import { decode } from '../http/answer.ts';
import { createCall } from '../http/call.ts';
import type { EngineConnection } from '../http/connection.ts';
import { AnswerError } from '../http/failures.ts';
import type { Limits } from '../http/limits.ts';
import { request } from '../http/request.ts';
import { infoAnswer } from './answers.ts';
import type { Api } from './api.ts';
import { archiveCalls } from './archive.ts';
import { buildCall } from './build.ts';
import type { Client } from './client.ts';
import { containerCalls } from './containers.ts';
import { attachExecCall, execCall } from './exec.ts';
import { imageCalls } from './images.ts';
import { pullCall } from './registry/pull.ts';
import { pushCall } from './registry/push.ts';

export interface DockerEngineOptions {
  readonly transport: EngineConnection;
  readonly greeting: Greeting;
  readonly findLogin: Engine['findLogin'];
  readonly limits: Limits;
  /** Runs after the connections are closed. */
  readonly onClose: () => void;
}

/** The engine behind a transport that has been greeted: Docker's API, as Docker and Podman speak it. */
export function createDockerEngine(options: DockerEngineOptions): Engine {
  const { transport, greeting, findLogin, limits, onClose } = options;
  const { about } = greeting;
  const call = createCall(about.address, limits);
  let loading: Promise<Client> | undefined;
  const client = () => {
    loading ??= import('./client.ts').then(({ createClient }) => createClient(transport, about.apiVersion));
    return loading;
  };
  const api: Api = { ...greeting, transport, call, limits, path: (path) => `/v${about.apiVersion}${path}`, client };
  return {
    about,
    ping: (signal) =>
      call({ operation: 'answer a ping', signal, limit: 'ping' }, async (abortSignal) => {
        const { headers } = await request(transport, { path: '/_ping', signal: abortSignal });
        if (headers['api-version'] === undefined) throw new AnswerError('it answered as no engine does');
      }),
    describe: (signal) =>
      call({ operation: 'say what it is', signal }, async (abortSignal) => {
        const { body } = await request(transport, { path: api.path('/info'), signal: abortSignal });
        const { ServerVersion, DockerRootDir, Name, KernelVersion } = decode(infoAnswer, body);
        return {
          version: ServerVersion ?? '',
          root: DockerRootDir ?? '',
          hostName: Name ?? '',
          kernel: KernelVersion ?? '',
        };
      }),
    ...imageCalls(api),
    pullImage: pullCall(api, findLogin),
    pushImage: pushCall(api, findLogin),
    findLogin,
    buildImage: buildCall(api),
    ...containerCalls(api),
    ...archiveCalls(api),
    exec: execCall(api),
    attachExec: attachExecCall(api),
    close() {
      transport.close();
      onClose();
    },
  };
}
