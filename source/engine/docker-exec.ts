import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './call.ts';
import { demux } from './demux.ts';
import type { GetClient } from './docker.ts';
import type { Engine, EngineAbout, ExecSpec } from './engine.ts';
import type { Transport } from './transport.ts';
import { upgrade } from './upgrade.ts';

const outputLimit = 64 * 1024;

export function execCall(client: GetClient, transport: Transport, { apiVersion }: EngineAbout): Engine['exec'] {
  return (id, spec, signal) =>
    call({ doing: `run ${spec.command[0]} in the container ${id}`, signal }, async (abortSignal) => {
      const exec = await (await client()).getContainer(id).exec({
        Cmd: [...spec.command],
        ...(spec.user && { User: spec.user }),
        AttachStdin: spec.stdin !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        abortSignal,
      });
      const path = `/v${apiVersion}/exec/${exec.id}/start`;
      const connection = await upgrade(transport, path, abortSignal, { Detach: false, Tty: false });
      const abort = () => connection.destroy();
      abortSignal.addEventListener('abort', abort, { once: true });
      const { output, broken } = await converse(connection, spec);
      abortSignal.throwIfAborted();
      // The connection also breaks when a program ends without reading all its input; the engine knows which it was.
      for (;;) {
        const { Running, ExitCode } = await exec.inspect({ abortSignal });
        if (!Running && ExitCode !== null) return { exitCode: ExitCode, output };
        if (broken !== undefined) throw broken;
        await sleep(20, undefined, { signal: abortSignal });
      }
    });
}

/** Sends the input and gathers the output. Rejects only when the input itself could not be made. */
async function converse(connection: Duplex, spec: ExecSpec): Promise<{ output: string; broken: unknown }> {
  const { stdin } = spec;
  let inputFailure: unknown = stdin?.errored ?? undefined;
  stdin?.once('error', (error) => {
    inputFailure = error;
  });
  const sending = stdin ? pipeline(stdin, connection).catch(() => {}) : undefined;
  const kept: Buffer[] = [];
  let room = outputLimit;
  let broken: unknown;
  try {
    for await (const { bytes } of demux(connection)) {
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
