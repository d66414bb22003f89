import { join } from 'node:path';
import type { BuildWorld } from '../build/context.ts';
import type { Emit } from '../build/events.ts';
import type { Engine } from '../engine/engine.ts';
import { given } from './build-request.ts';
import { optionValue, type ParsedOptions } from './command.ts';
import type { Context } from './context.ts';
import { describeMachine } from './machine.ts';
import { reapWord } from './reap-word.ts';

/** Finds the engine at an address or, without one, that the command line, or else the environment, names. */
export async function connect(
  options: ParsedOptions,
  { env, homeDir }: Pick<Context, 'env' | 'homeDir'>,
  { emit, signal }: { readonly emit: Emit; readonly signal?: AbortSignal },
  address = optionValue(options, 'url'),
): Promise<Engine> {
  const { connectEngine } = await import('./works.ts');
  const onNotice = (message: string): void => void emit({ type: 'warning', at: Date.now(), message });
  return connectEngine({
    ...given('url', address),
    env,
    homeDir,
    ...(signal && { signal }),
    onNotice,
  });
}

/** What a build gets to know of the world. */
export async function describeWorld(
  options: ParsedOptions,
  context: Context,
  run: Pick<BuildWorld, 'emit' | 'signal'>,
): Promise<BuildWorld> {
  const { cwd, tmpDir, uid, gid, pid, isAlive, env, homeDir } = context;
  const { XDG_CACHE_HOME } = env;
  const cacheDir = join(XDG_CACHE_HOME || join(homeDir, '.cache'), 'sti');
  const reapCommand = [...context.selfCommand, reapWord, optionValue(options, 'url') ?? ''];
  return { ...run, ...(await describeMachine()), cwd, tmpDir, cacheDir, uid, gid, pid, isAlive, reapCommand };
}
