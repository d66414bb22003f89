import { stat } from 'node:fs/promises';
import { hostname, release } from 'node:os';
import type { Engine } from '../../engine/engine.ts';
import type { EngineFacts } from '../facts.ts';

export async function gatherEngine(engine: Engine, signal: AbortSignal): Promise<EngineFacts> {
  const { about } = engine;
  const description = await engine.describe(signal);
  const here =
    about.socketPath !== undefined && description.kernel === release() && description.hostName === hostname();
  return {
    about,
    description,
    here,
    socket: about.socketPath === undefined ? undefined : await lookAt(about.socketPath),
  };
}

async function lookAt(path: string): Promise<EngineFacts['socket']> {
  const { mode, uid, gid } = await stat(path);
  return { mode: (mode & 0o777).toString(8), uid, gid };
}
