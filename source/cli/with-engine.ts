import { join } from 'node:path';
import type { BuildContext } from '../build/context.ts';
import type { Emit } from '../build/events.ts';
import type { Engine } from '../engine/engine.ts';
import { given } from './build-request.ts';
import { optionValue, type ParsedOptions } from './command.ts';
import type { Context } from './context.ts';
import { describeMachine } from './machine.ts';

/** Runs work with the engine that the command line, or else the environment, names; closes it afterwards. */
export async function withEngine<Result>(
  options: ParsedOptions,
  { env, homeDir }: Pick<Context, 'env' | 'homeDir'>,
  { emit, signal }: { emit: Emit; signal: AbortSignal },
  work: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const { connectEngine } = await import('../engine/connect.ts');
  const onNotice = (message: string): void => void emit({ type: 'warning', at: Date.now(), message });
  const engine = await connectEngine({ ...given('url', optionValue(options, 'url')), env, homeDir, signal, onNotice });
  try {
    return await work(engine);
  } finally {
    engine.close();
  }
}

/** What a build gets to know of the world. */
export async function openBuildContext(
  context: Context,
  run: Pick<BuildContext, 'engine' | 'emit' | 'signal'>,
): Promise<BuildContext> {
  const { cwd, tmpDir, uid, gid, pid, isAlive, env, homeDir } = context;
  const { XDG_CACHE_HOME } = env;
  const cacheDir = join(XDG_CACHE_HOME || join(homeDir, '.cache'), 'sti');
  return { ...run, ...(await describeMachine()), cwd, tmpDir, cacheDir, uid, gid, pid, isAlive };
}
