import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import { commitChanges } from '../../protocol/image/config.ts';
import type { Engine, EngineAbout } from '../engine.ts';
import { decode } from '../http/answer.ts';
import { attachmentOf } from '../http/attach.ts';
import { statusOf } from '../http/failures.ts';
import { request } from '../http/request.ts';
import { upgrade } from '../http/upgrade.ts';
import { podmanUlimits, type Ulimit } from '../podman/limits.ts';
import { orAbsent } from './absent.ts';
import { changesAnswer, containerListAnswer, createdAnswer, usageAnswer } from './answers.ts';
import type { Api } from './api.ts';
import { commitBody, containerBody } from './config.ts';
import { inspect, waitForExit } from './container-state.ts';
import { imageId } from './images.ts';

type ContainerCalls = Pick<
  Engine,
  | 'createContainer'
  | 'attach'
  | 'start'
  | 'wait'
  | 'waitRemoved'
  | 'inspectContainer'
  | 'leaveNetwork'
  | 'usage'
  | 'stop'
  | 'removeContainer'
  | 'changes'
  | 'listContainers'
  | 'commit'
>;

export function containerCalls(api: Api): ContainerCalls {
  const { about, call, transport, changesSyntax } = api;
  const inspectContainer: Engine['inspectContainer'] = (id) =>
    call({ operation: `inspect the container ${id}` }, (signal) => inspect(api, id, signal));
  /** A request that changes something and says nothing. */
  const post = (path: string, signal: AbortSignal, expect: readonly number[] = [204]) =>
    request(transport, { method: 'POST', path: api.path(path), expect, signal });

  return {
    inspectContainer,

    createContainer: (spec, signal) =>
      call({ operation: `create the container ${spec.name}`, signal }, async (abortSignal) => {
        const { name, ...body } = containerBody(spec, await ulimitsFor(about));
        const { platform } = spec.settings ?? {};
        const query = new URLSearchParams({ name, ...(platform !== undefined && { platform }) });
        const path = api.path(`/containers/create?${query}`);
        const sent = { method: 'POST', path, body, expect: [201], signal: abortSignal } as const;
        return decode(createdAnswer, (await request(transport, sent)).body).Id;
      }),

    async attach(id, signal) {
      const path = api.path(`/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`);
      const connection = await call({ operation: `attach to the container ${id}`, signal }, (aborted) =>
        upgrade(transport, path, aborted),
      );
      return attachmentOf(connection, about.address, signal);
    },

    start: (id, signal) =>
      call({ operation: `start the container ${id}`, signal }, async (abortSignal) => {
        await post(`/containers/${id}/start`, abortSignal);
      }),

    wait: (id, signal) =>
      call({ operation: `wait for the container ${id}`, signal, limit: 'none' }, (aborted) =>
        waitForExit(api, id, aborted),
      ),

    waitRemoved: (id, signal) =>
      call({ operation: `wait for the removal of the container ${id}`, signal, limit: 'none' }, async (abortSignal) => {
        await ignoring([404], post(`/containers/${id}/wait?condition=removed`, abortSignal, [200]));
      }),

    leaveNetwork: (id, { network = 'bridge' } = {}) =>
      call({ operation: `take the container ${id} off its network` }, async (signal) => {
        if (about.kind === 'podman' || /^(host|none|container:.*)$/.test(network)) return;
        const path = api.path(`/networks/${encodeURIComponent(network)}/disconnect`);
        const body = { Container: id, Force: true };
        await ignoring([403, 404, 409, 500], request(transport, { method: 'POST', path, body, expect: [200], signal }));
      }),

    usage: (id, signal) =>
      call({ operation: `ask what the container ${id} uses`, signal }, async (abortSignal) => {
        const path = api.path(`/containers/${id}/stats?stream=false&one-shot=true`);
        const answer = await orAbsent(request(transport, { path, signal: abortSignal }));
        // Podman says nothing of one that doesn't run, Docker leaves out the figures.
        if (answer === undefined || answer.body.trim() === '') return undefined;
        const { cpu_stats: cpu, memory_stats: memory } = decode(usageAnswer, answer.body);
        if (memory.usage === undefined || memory.usage === null) return undefined;
        const cached = memory.stats?.inactive_file ?? memory.stats?.total_inactive_file ?? 0;
        return { cpu: cpu.cpu_usage.total_usage, memory: Math.max(0, memory.usage - cached) };
      }),

    stop: (id, grace) =>
      call({ operation: `stop the container ${id}` }, async (signal) => {
        await ignoring([404, 409], post(`/containers/${id}/stop?t=${grace}`, signal, [204, 304]));
      }),

    removeContainer: (id) =>
      call({ operation: `remove the container ${id}` }, async (signal) => {
        const path = api.path(`/containers/${id}?force=true&v=true`);
        // 409: the engine is removing it already, because it had ended.
        const remove = () =>
          ignoring([404, 409], request(transport, { method: 'DELETE', path, expect: [204], signal }));
        for (let tries = 1; ; tries++) {
          try {
            return await remove();
          } catch (thrown) {
            // Podman stumbles over a container that ends at this moment; a little later it's simply gone.
            if (tries === 5 || !/state improper/.test(messageOf(thrown))) throw thrown;
            await sleep(100, undefined, { signal });
          }
        }
      }),

    listContainers: ({ namePrefix }) =>
      call({ operation: 'list the containers' }, async (signal) => {
        const escaped = namePrefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        const filters = encodeURIComponent(JSON.stringify({ name: [`^/?${escaped}`] }));
        const path = api.path(`/containers/json?all=true&filters=${filters}`);
        const containers = decode(containerListAnswer, (await request(transport, { path, signal })).body);
        return containers.map(({ Id, Names, State }) => ({
          id: Id,
          name: Names?.[0]?.replace('/', '') ?? '',
          state: State ?? '',
        }));
      }),

    changes: (id) =>
      call({ operation: `list the changes of the container ${id}` }, async (signal) => {
        const { body } = await request(transport, { path: api.path(`/containers/${id}/changes`), signal });
        const changes = decode(changesAnswer, body) ?? [];
        return changes.map(({ Path, Kind }) => ({ path: Path, kind: changeKinds[Kind] ?? 'changed' }));
      }),

    commit: (id, { config, comment, pause }, signal) =>
      call({ operation: `commit the container ${id}`, signal, limit: 'commit' }, async (abortSignal) => {
        const changes = commitChanges(config, changesSyntax).map((change) => `&changes=${encodeURIComponent(change)}`);
        const query = `container=${id}&pause=${pause}&comment=${encodeURIComponent(comment)}${changes.join('')}`;
        const path = api.path(`/commit?${query}`);
        const sent = { method: 'POST', path, body: commitBody(config), expect: [201], signal: abortSignal } as const;
        return imageId(decode(createdAnswer, (await request(transport, sent)).body).Id);
      }),
  };
}

const changeKinds = ['changed', 'added', 'deleted'] as const;

/** Podman's limits matter only where it runs beside sti: on this machine, behind a socket. */
async function ulimitsFor({ kind, socketPath }: EngineAbout): Promise<Ulimit[]> {
  if (kind !== 'podman' || socketPath === undefined) return [];
  return podmanUlimits(await readFile('/proc/self/limits', 'utf8').catch(() => ''));
}

async function ignoring(statuses: readonly number[], answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (thrown) {
    if (!statuses.includes(statusOf(thrown) ?? 0)) throw thrown;
  }
}
