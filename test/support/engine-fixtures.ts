import { spawnSync } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { connectEngine } from '../../source/engine/connect.ts';
import type { ContainerSpec, Engine, OutputChunk } from '../../source/engine/engine.ts';
import { startPodmanService } from '../../source/engine/podman/service.ts';
import { baseEntries } from './bases.ts';
import { testName, testTag } from './engine.ts';
import { engineAddress } from './engine-address.ts';
import { engineApi } from './engine-api.ts';
import { importImage } from './images.ts';
import { tempFolder } from './temp.ts';

const hasPodman = spawnSync('podman', ['--version']).status === 0;

/** The engines of this machine that every promise of the adapter is tried on. */
export const engineKinds: readonly ('docker' | 'podman')[] = hasPodman ? ['docker', 'podman'] : ['docker'];

export interface Fixture {
  readonly engine: Engine;
  readonly image: string;
  readonly address: string;
  close(): Promise<void>;
}

/** Connects and makes one image: busybox with an entrypoint, a user 1001 and one of everything a commit has to keep. */
export async function openEngine(kind: 'docker' | 'podman'): Promise<Fixture> {
  const podman = kind === 'podman' ? await startPodmanService(process.env) : undefined;
  const address = podman ? `unix://${podman.socketPath}` : engineAddress;
  const image = testTag('adapter');
  const entries = [
    ...(await baseEntries('busybox')),
    { path: 'data/', uid: 1001, gid: 1001 },
    { path: 'data/link', link: '/etc/passwd' },
  ];
  const changes = [
    'ENTRYPOINT ["/bin/echo","the entrypoint"]',
    'LABEL of=builder',
    'ENV GREETING=hello',
    'EXPOSE 8080',
  ];
  await importImage(engineApi(address), image, entries, changes);
  const engine = await connect(address);
  return {
    engine,
    image,
    address,
    async close() {
      await engine.removeImage(image);
      engine.close();
      podman?.stop();
    },
  };
}

export function connect(url: string, env: Readonly<Record<string, string | undefined>> = {}): Promise<Engine> {
  return connectEngine({ url, env: { PATH: process.env['PATH'], ...env }, homeDir: '/nonexistent' });
}

/** Creates a container that is removed when the test ends. */
export async function create(
  { engine, image }: Fixture,
  command: string | readonly string[],
  spec: Partial<ContainerSpec> = {},
): Promise<string> {
  const argv = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  const plain = { image, command: argv, env: [], mounts: [], interactive: false };
  const id = await engine.createContainer({ name: testName('adapter'), ...plain, ...spec });
  onTestFinished(() => engine.removeContainer(id));
  return id;
}

/** Runs a container to its end and gives what it printed and its exit code. */
export async function run(fixture: Fixture, command: string, spec: Partial<ContainerSpec> = {}) {
  const { engine } = fixture;
  const id = await create(fixture, command, spec);
  const attachment = await engine.attach(id);
  const ended = engine.wait(id);
  await engine.start(id);
  const output = await gather(attachment.output);
  return { id, ...output, ...(await ended) };
}

export async function gather(output: AsyncIterable<OutputChunk>): Promise<{ stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  for await (const { stream, bytes } of output) text[stream] += bytes.toString('utf8');
  return text;
}

/** A unix socket that `serve` answers; closed when the test ends. */
export async function socketServer(serve: (connection: Socket) => void): Promise<string> {
  const socketPath = join(tempFolder(), 'engine.sock');
  const connections = new Set<Socket>();
  const server: Server = createServer((connection) => {
    connections.add(connection);
    connection.on('error', () => {}).on('close', () => connections.delete(connection));
    serve(connection);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => {
    server.close();
    for (const connection of connections) connection.destroy();
  });
  return socketPath;
}
