import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { StiError } from '../errors.ts';
import type { GetClient } from './docker.ts';
import type { EngineAbout } from './engine.ts';
import { ResponseError, statusOf } from './failure.ts';
import { openRequest, parseJson } from './request.ts';
import type { Transport } from './transport.ts';

/** What the engine tells of a container; `undefined` when there is none. */
export async function inspect(client: GetClient, id: string, abortSignal: AbortSignal) {
  const container = await (await client())
    .getContainer(id)
    .inspect({ abortSignal })
    .catch((thrown: unknown) => {
      if (statusOf(thrown) === 404) return undefined;
      throw thrown;
    });
  if (container === undefined) return undefined;
  const { State: state } = container;
  return {
    id: container.Id,
    running: state.Running,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    mergedRoot: mergedDirOf(container.GraphDriver?.Data),
    env: container.Config.Env ?? [],
    ipAddress: addressOf(container.NetworkSettings),
    published: publishedPorts(container.NetworkSettings.Ports),
    ended: !state.Running && !state.Paused && !state.FinishedAt.startsWith(never),
  };
}

/** What Podman says instead of an exit code when it has lost sight of the events it waits by; no program exits with it. */
const lostSight = -1;

/**
 * `next-exit` also waits for a container that has yet to start, but forever for one that has ended. So the engine is
 * asked for the exit first, and then whether it has been already.
 */
export async function waitForExit(
  client: GetClient,
  transport: Transport,
  about: EngineAbout,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly exitCode: number }> {
  const path = `/v${about.apiVersion}/containers/${id}/wait?condition=next-exit`;
  const answer = await openRequest(transport, { method: 'POST', path, signal });
  if (answer.statusCode !== 200) throw new ResponseError(answer.statusCode ?? 0, await text(answer));
  const container = await inspect(client, id, signal);
  if (container?.ended) {
    answer.destroy();
    return { exitCode: container.exitCode };
  }
  const exit = parseJson(await text(answer));
  if (!('StatusCode' in exit) || typeof exit.StatusCode !== 'number') {
    throw new StiError('engine-failed', `the engine did not say how the container ${id} ended`);
  }
  if (exit.StatusCode !== lostSight) return { exitCode: exit.StatusCode };
  await sleep(100, undefined, { signal });
  return waitForExit(client, transport, about, id, signal);
}

function addressOf(settings: { Networks?: Record<string, { IPAddress?: string }> } | undefined): string {
  for (const { IPAddress } of Object.values(settings?.Networks ?? {})) if (IPAddress) return IPAddress;
  return '';
}

function publishedPorts(ports: Record<string, { HostPort: string }[] | null> | undefined): Map<number, number> {
  const published = new Map<number, number>();
  for (const [port, bindings] of Object.entries(ports ?? {})) {
    const host = Number(bindings?.[0]?.HostPort);
    if (port.endsWith('/tcp') && host > 0) published.set(Number.parseInt(port, 10), host);
  }
  return published;
}

/** Docker 29 and storage drivers other than overlay have none; Podman has one only while the container is mounted. */
function mergedDirOf(data: object | null | undefined): string | undefined {
  const folder = data && 'MergedDir' in data ? data.MergedDir : undefined;
  return typeof folder === 'string' && folder !== '' ? folder : undefined;
}

/** How engines write the time of what has not happened. */
const never = '0001-';
