import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, StiError } from '../errors.ts';
import { commitChanges } from '../protocol/image-config.ts';
import { attachmentOf } from './attach.ts';
import { call, shortCall } from './call.ts';
import { commitBody, containerBody } from './config.ts';
import type { GetClient } from './docker.ts';
import { inspect, waitForExit } from './docker-container-state.ts';
import { imageId } from './docker-images.ts';
import type { Engine, EngineAbout, FileChange } from './engine.ts';
import { statusOf } from './failure.ts';
import type { Greeting } from './greeting.ts';
import { podmanUlimits, type Ulimit } from './podman-limits.ts';
import { parseJson, request } from './request.ts';
import type { Transport } from './transport.ts';
import { upgrade } from './upgrade.ts';

type ContainerCalls = Pick<
  Engine,
  | 'createContainer'
  | 'attach'
  | 'start'
  | 'wait'
  | 'waitRemoved'
  | 'inspectContainer'
  | 'kill'
  | 'stop'
  | 'removeContainer'
  | 'changes'
  | 'listContainers'
  | 'commit'
>;

export function containerCalls(
  client: GetClient,
  transport: Transport,
  { about, changesSyntax }: Greeting,
): ContainerCalls {
  const inspectContainer: Engine['inspectContainer'] = (id) =>
    call({ doing: `inspect the container ${id}`, limit: shortCall }, (signal) => inspect(client, id, signal));

  return {
    inspectContainer,

    createContainer: (spec, signal) =>
      call({ doing: `create the container ${spec.name}`, signal, limit: shortCall }, async (abortSignal) => {
        const body = containerBody(spec, await ulimitsFor(about));
        const { name, ...settings } = body;
        const path = `/v${about.apiVersion}/containers/create?name=${name}`;
        const answer = await request(transport, { method: 'POST', path, body: settings, signal: abortSignal });
        return createdId(parseJson(answer.body));
      }),

    async attach(id, signal) {
      const path = `/v${about.apiVersion}/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
      const doing = `attach to the container ${id}`;
      const connection = await call({ doing, signal, limit: shortCall }, (aborted) =>
        upgrade(transport, path, aborted),
      );
      return attachmentOf(connection, signal);
    },

    start: (id, signal) =>
      call({ doing: `start the container ${id}`, signal }, async (abortSignal) => {
        await request(transport, {
          method: 'POST',
          path: `/v${about.apiVersion}/containers/${id}/start`,
          signal: abortSignal,
        });
      }),

    wait: (id, signal) =>
      call({ doing: `wait for the container ${id}`, signal }, (aborted) =>
        waitForExit(client, transport, about, id, aborted),
      ),

    waitRemoved: (id, signal) =>
      call({ doing: `wait for the removal of the container ${id}`, signal }, async (abortSignal) => {
        await ignoring([404], (await client()).getContainer(id).wait({ condition: 'removed', abortSignal }));
      }),

    async kill(id) {
      try {
        await call({ doing: `kill the container ${id}`, limit: shortCall }, async (abortSignal) =>
          (await client()).getContainer(id).kill({ abortSignal }),
        );
      } catch (thrown) {
        // It may have ended by itself just before, which each engine reports in its own way.
        const failed = thrown instanceof StiError && thrown.code === 'engine-failed';
        if (!failed || (await inspectContainer(id))?.running) throw thrown;
      }
    },

    stop: (id, grace) =>
      call({ doing: `stop the container ${id}` }, async (abortSignal) => {
        await ignoring([304, 404, 409], (await client()).getContainer(id).stop({ t: grace, abortSignal }));
      }),

    removeContainer: (id) =>
      call({ doing: `remove the container ${id}`, limit: shortCall }, async (abortSignal) => {
        const remove = async () => {
          // 409: the engine is removing it already, because it had ended.
          const answer = (await client()).getContainer(id).remove({ force: true, v: true, abortSignal });
          await ignoring([404, 409], answer);
        };
        for (let tries = 1; ; tries++) {
          try {
            return await remove();
          } catch (thrown) {
            // Podman stumbles over a container that ends at this moment; a little later it's simply gone.
            if (tries === 5 || !/state improper/.test(messageOf(thrown))) throw thrown;
            await sleep(100, undefined, { signal: abortSignal });
          }
        }
      }),

    listContainers: ({ namePrefix }) =>
      call({ doing: 'list the containers', limit: shortCall }, async (abortSignal) => {
        const escaped = namePrefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        const filters = { name: [`^/?${escaped}`] };
        const containers = await (await client()).listContainers({ all: true, filters, abortSignal });
        return containers.map(({ Id, Names, State }) => ({
          id: Id,
          name: Names[0]?.replace('/', '') ?? '',
          state: State,
        }));
      }),

    changes: (id) =>
      call({ doing: `list the changes of the container ${id}`, limit: shortCall }, async (signal) => {
        const { body } = await request(transport, { path: `/v${about.apiVersion}/containers/${id}/changes`, signal });
        // No change at all is `null`.
        return body.trim() === 'null' ? [] : fileChanges(parseJson(body));
      }),

    commit: (id, { config, comment, pause }, signal) =>
      call({ doing: `commit the container ${id}`, signal }, async (abortSignal) => {
        const changes = commitChanges(config, changesSyntax).map((change) => `&changes=${encodeURIComponent(change)}`);
        const query = `container=${id}&pause=${pause}&comment=${encodeURIComponent(comment)}${changes.join('')}`;
        const path = `/v${about.apiVersion}/commit?${query}`;
        const sent = { method: 'POST', path, body: commitBody(config), signal: abortSignal } as const;
        const answer = parseJson((await request(transport, sent)).body);
        if ('Id' in answer) return imageId(String(answer.Id));
        throw new StiError('engine-failed', `the engine committed the container ${id} without saying to which image`);
      }),
  };
}

const changeKinds = ['changed', 'added', 'deleted'] as const;

function fileChanges(answer: object): FileChange[] {
  if (!Array.isArray(answer)) return [];
  const changes: { Path: string; Kind: number }[] = answer;
  return changes.map(({ Path, Kind }) => ({ path: Path, kind: changeKinds[Kind] ?? 'changed' }));
}

function createdId(answer: object): string {
  if ('Id' in answer && typeof answer.Id === 'string') return answer.Id;
  throw new StiError('engine-failed', 'the engine created a container without saying which');
}

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
