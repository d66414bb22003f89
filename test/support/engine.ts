import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerInspectInfo, ImageInspectInfo } from 'dockerode';
import { inject, onTestFinished } from 'vitest';
import { engineAddress } from './engine-address.ts';
import { EngineApiError, engineApi } from './engine-api.ts';

/** The engine seen directly, not through the adapter that tests are about. */
export const api = engineApi(engineAddress);

let names = 0;

/** A name for an image or container of this run: what is left of them is removed when all tests have ended. */
export function testName(purpose: string): string {
  names += 1;
  return `${inject('testRun')}-${purpose}-${process.pid}-${names}`;
}

/** An image reference of this run's own. */
export function testTag(purpose: string): string {
  return `${testName(purpose)}:latest`;
}

export interface ContainerRequest {
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  readonly env?: readonly string[];
  /** As `docker run -v` has them: `/here:/there`. */
  readonly binds?: readonly string[];
  /** A port of the container to publish on 127.0.0.1. */
  readonly publish?: number;
}

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a container to its end. */
export async function runContainer(request: ContainerRequest): Promise<Ended> {
  const id = await createContainer(request);
  try {
    await api.call('POST', `/containers/${id}/start`);
    const { StatusCode } = await api.json<{ StatusCode: number }>('POST', `/containers/${id}/wait`);
    return { exitCode: StatusCode, ...(await outputOf(id)) };
  } finally {
    await api.call('DELETE', `/containers/${id}?force=1&v=1`);
  }
}

export interface StartedContainer {
  readonly id: string;
  /** `http://127.0.0.1:PORT`, when a port is published. */
  readonly url: string;
  /** Stops it as `docker stop` does, in 10 s or so many; the exit code, 137 when it had to be killed. */
  stop(seconds?: number): Promise<number>;
}

/** Starts a container that is removed when the running test has ended. */
export async function startContainer(request: ContainerRequest): Promise<StartedContainer> {
  const id = await createContainer(request);
  onTestFinished(async () => {
    await api.call('DELETE', `/containers/${id}?force=1&v=1`);
  });
  await api.call('POST', `/containers/${id}/start`);
  const started = await inspectContainer(id);
  const port = started?.NetworkSettings.Ports[`${request.publish}/tcp`]?.[0]?.HostPort ?? '';
  return {
    id,
    url: `http://127.0.0.1:${port}`,
    stop: async (seconds = 10) => {
      await api.call('POST', `/containers/${id}/stop?t=${seconds}`);
      return (await inspectContainer(id))?.State.ExitCode ?? -1;
    },
  };
}

/** Creates a container under a name of this run's own; the caller removes it. */
export async function createContainer(request: ContainerRequest): Promise<string> {
  const port = request.publish === undefined ? undefined : `${request.publish}/tcp`;
  const body = {
    Image: request.image,
    Cmd: request.command,
    Entrypoint: request.entrypoint,
    User: request.user,
    Env: request.env,
    ...(port && { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      Binds: request.binds,
      ...(port && { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
    },
  };
  const { Id } = await api.json<{ Id: string }>('POST', `/containers/create?name=${testName('container')}`, { body });
  return Id;
}

/** undefined: no such container. */
export function inspectContainer(id: string): Promise<ContainerInspectInfo | undefined> {
  return unlessAbsent(api.json<ContainerInspectInfo>('GET', `/containers/${id}/json`));
}

/** What a container with the engine's usual logging has printed so far. */
async function outputOf(id: string): Promise<{ stdout: string; stderr: string }> {
  const frames = await api.call('GET', `/containers/${id}/logs?stdout=1&stderr=1`);
  const output = { stdout: '', stderr: '' };
  // Each frame: one byte for the stream, three of padding, four for the length.
  for (let at = 0; at < frames.length; ) {
    const length = frames.readUInt32BE(at + 4);
    output[frames[at] === 2 ? 'stderr' : 'stdout'] += frames.toString('utf8', at + 8, at + 8 + length);
    at += 8 + length;
  }
  return output;
}

interface ListedImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
}

/** Images, those without a tag only where that is asked for. Podman fails while one of them is being removed. */
export async function listImages(only?: 'dangling'): Promise<readonly ListedImage[]> {
  const filters = only === undefined ? '' : `?filters=${encodeURIComponent(JSON.stringify({ dangling: ['true'] }))}`;
  for (let tries = 5; ; tries -= 1) {
    try {
      return await api.json<ListedImage[]>('GET', `/images/json${filters}`);
    } catch (error) {
      if (tries === 0 || !(error instanceof EngineApiError)) throw error;
      await sleep(200);
    }
  }
}

/** undefined: no such image. */
export function inspectImage(reference: string): Promise<ImageInspectInfo | undefined> {
  return unlessAbsent(api.json<ImageInspectInfo>('GET', `/images/${reference}/json`));
}

export interface HistoryEntry {
  readonly Id: string;
  readonly CreatedBy: string;
  readonly Comment: string;
  /** Bytes of the layer. */
  readonly Size: number;
}

/** Newest layer first. */
export function imageHistory(reference: string): Promise<HistoryEntry[]> {
  return api.json<HistoryEntry[]>('GET', `/images/${reference}/history`);
}

/** Removes an image or a tag; one that isn't there is fine. */
export async function removeImage(reference: string): Promise<void> {
  await unlessAbsent(api.call('DELETE', `/images/${reference}`));
}

async function unlessAbsent<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    const isAbsent = error instanceof EngineApiError && error.status === 404;
    // What it says of an image that it is removing already.
    if (isAbsent || /unrecognized image ID/.test(String(error))) return undefined;
    throw error;
  }
}
