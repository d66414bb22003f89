import { setTimeout as sleep } from 'node:timers/promises';
import { decode, readText } from '../http/answer.ts';
import { openRequest, request } from '../http/request.ts';
import { orAbsent } from './absent.ts';
import { type ContainerAnswer, containerAnswer, exitAnswer } from './answers.ts';
import type { Api } from './api.ts';

/** What the engine tells of a container; `undefined` when there is none. */
export async function inspect({ transport, path }: Api, id: string, signal: AbortSignal) {
  const answer = await orAbsent(request(transport, { path: path(`/containers/${id}/json`), signal }));
  if (answer === undefined) return undefined;
  const container = decode(containerAnswer, answer.body);
  const { State: state, NetworkSettings: network } = container;
  return {
    id: container.Id,
    running: state.Running,
    exitCode: state.ExitCode,
    mergedRoot: mergedDirOf(container),
    ipAddress: addressOf(network),
    published: publishedPorts(network),
    ended: !state.Running && state.Paused !== true && !state.FinishedAt.startsWith(never),
  };
}

/** What Podman says instead of an exit code when it has lost sight of the events it waits by; no program exits with it. */
const lostSight = -1;

/**
 * `next-exit` also waits for a container that has yet to start, but forever for one that has ended. So the engine is
 * asked for the exit first, and then whether it has been already.
 */
export async function waitForExit(api: Api, id: string, signal: AbortSignal): Promise<{ readonly exitCode: number }> {
  const path = api.path(`/containers/${id}/wait?condition=next-exit`);
  const answer = await openRequest(api.transport, { method: 'POST', path, signal });
  const container = await inspect(api, id, signal);
  if (container?.ended) {
    answer.destroy();
    return { exitCode: container.exitCode };
  }
  const { StatusCode } = decode(exitAnswer, await readText(answer));
  if (StatusCode !== lostSight) return { exitCode: StatusCode };
  await sleep(100, undefined, { signal });
  return waitForExit(api, id, signal);
}

function addressOf(network: ContainerAnswer['NetworkSettings']): string {
  for (const settings of Object.values(network?.Networks ?? {})) if (settings?.IPAddress) return settings.IPAddress;
  return '';
}

function publishedPorts(network: ContainerAnswer['NetworkSettings']): Map<number, number> {
  const published = new Map<number, number>();
  for (const [port, bindings] of Object.entries(network?.Ports ?? {})) {
    const host = Number(bindings?.[0]?.HostPort);
    if (port.endsWith('/tcp') && host > 0) published.set(Number.parseInt(port, 10), host);
  }
  return published;
}

/** Docker 29 and storage drivers other than overlay have none; Podman has one only while the container is mounted. */
function mergedDirOf({ GraphDriver }: ContainerAnswer): string | undefined {
  const folder = GraphDriver?.Data?.['MergedDir'];
  return typeof folder === 'string' && folder !== '' ? folder : undefined;
}

/** How engines write the time of what has not happened. */
const never = '0001-';
