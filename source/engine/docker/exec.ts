import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, ExecSpec } from '../engine.ts';
import { decode } from '../http/answer.ts';
import { attachmentOf } from '../http/attach.ts';
import { demux } from '../http/demux.ts';
import { request } from '../http/request.ts';
import { upgrade } from '../http/upgrade.ts';
import { createdAnswer, execAnswer } from './answers.ts';
import type { Api } from './api.ts';

const outputLimit = 64 * 1024;

export function execCall(api: Api): Engine['exec'] {
  const { transport, call } = api;
  return (id, spec, signal) =>
    call(
      { operation: `run ${spec.command[0]} in the container ${id}`, signal, limit: 'silence' },
      async (aborted, alive) => {
        const { exec, connection } = await start(api, id, { ...spec, hasStdin: spec.stdin !== undefined }, aborted);
        aborted.addEventListener('abort', () => connection.destroy(), { once: true });
        const { output, broken } = await converse(connection, spec, alive);
        // The connection also breaks when a program ends without reading all its input; the engine knows which it was.
        for (;;) {
          aborted.throwIfAborted();
          const answer = await request(transport, { path: api.path(`/exec/${exec}/json`), signal: aborted });
          const { Running, ExitCode } = decode(execAnswer, answer.body);
          if (!Running && ExitCode != null) return { exitCode: ExitCode, output };
          if (broken !== undefined) throw broken;
          await sleep(20, undefined, { signal: aborted });
        }
      },
    );
}

export function attachExecCall(api: Api): Engine['attachExec'] {
  return async (id, command, signal) => {
    const { connection } = await api.call(
      { operation: `run ${command[0]} in the container ${id}`, signal },
      (aborted) => start(api, id, { command, hasStdin: true }, aborted),
    );
    return attachmentOf(connection, api.about.address, signal);
  };
}

async function start(
  api: Api,
  id: string,
  { command, user, hasStdin }: Pick<ExecSpec, 'command' | 'user'> & { readonly hasStdin: boolean },
  signal: AbortSignal,
): Promise<{ readonly exec: string; readonly connection: Duplex }> {
  const body = {
    Cmd: command,
    ...(user && { User: user }),
    AttachStdin: hasStdin,
    AttachStdout: true,
    AttachStderr: true,
  };
  const path = api.path(`/containers/${id}/exec`);
  const created = await request(api.transport, { method: 'POST', path, body, expect: [201], signal });
  const exec = decode(createdAnswer, created.body).Id;
  const starting = { Detach: false, Tty: false };
  return { exec, connection: await upgrade(api.transport, api.path(`/exec/${exec}/start`), signal, starting) };
}

/** Sends the input and gathers the output. Rejects only when the input itself could not be made. */
async function converse(
  connection: Duplex,
  { stdin }: ExecSpec,
  alive: () => void,
): Promise<{ output: string; broken: unknown }> {
  let inputFailure: unknown = stdin?.errored ?? undefined;
  stdin?.once('error', (error) => {
    inputFailure = error;
  });
  connection.on('drain', alive);
  const sending = stdin ? pipeline(stdin, connection).catch(() => {}) : undefined;
  const kept: Buffer[] = [];
  let room = outputLimit;
  let broken: unknown;
  try {
    for await (const { bytes } of demux(connection)) {
      alive();
      if (room === 0) continue;
      kept.push(bytes.subarray(0, room));
      room -= Math.min(room, bytes.length);
    }
  } catch (thrown) {
    broken = thrown;
  }
  connection.destroy();
  await sending;
  if (inputFailure !== undefined && broken !== undefined) throw inputFailure;
  return { output: Buffer.concat(kept).toString('utf8'), broken };
}
