import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { HostEnvironment } from '../../build/context.ts';
import type { Emit } from '../../build/events.ts';
import type { Engine } from '../../engine/engine.ts';
import { messageOf, StiError } from '../../errors.ts';
import { createHttpClient } from '../../http/create.ts';
import type { Secrets } from '../../protocol/secrets.ts';
import { reapWord } from '../commands/reap-word.ts';
import type { Host } from '../context.ts';
import type { OptionValues } from '../options/table.ts';
import { describeHost } from './host.ts';

/** Finds the engine at an address or, without one, that the environment names. */
export async function connect(
  { url, dockercfgPath }: Pick<OptionValues, 'url'> & Partial<Pick<OptionValues, 'dockercfgPath'>>,
  { env, homeDir, cwd }: Pick<Host, 'env' | 'homeDir' | 'cwd'>,
  { emit, signal, secrets }: { readonly emit: Emit; readonly signal?: AbortSignal; readonly secrets: Secrets },
): Promise<Engine> {
  const loginsFrom = dockercfgPath === undefined ? undefined : await existing(resolve(cwd, dockercfgPath));
  const { connectEngine } = await import('../../engine/connect.ts');
  const onNotice = (message: string): void => void emit({ type: 'warning', at: Date.now(), message });
  return connectEngine({
    url,
    env,
    homeDir,
    loginsFrom,
    ...(signal && { signal }),
    onNotice,
    onSecret: (value) => secrets.hideValue(value),
  });
}

/** What nobody names is no mistake when it isn't there; what somebody names is. */
async function existing(file: string): Promise<string> {
  try {
    await access(file);
    return file;
  } catch (cause) {
    throw new StiError('usage', `the docker configuration ${file} can't be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Check the path given to --dockercfg-path.',
    });
  }
}

/** What a build gets to know of where it runs. */
export async function describeHostEnvironment(
  options: Pick<OptionValues, 'url' | 'progress' | 'ca'>,
  host: Host,
  run: Pick<HostEnvironment, 'emit' | 'signal' | 'secrets'>,
): Promise<HostEnvironment> {
  const { cwd, tmpDir, uid, gid, pid, isAlive, env, homeDir } = host;
  const { XDG_CACHE_HOME } = env;
  const cacheDir = join(XDG_CACHE_HOME || join(homeDir, '.cache'), 'sti');
  const reapCommand = [...host.selfCommand, reapWord, options.url ?? ''];
  const apart = options.progress === 'json';
  const http = createHttpClient(env, options.ca && resolve(cwd, options.ca));
  return {
    ...run,
    apart,
    ...(await describeHost()),
    http,
    cwd,
    tmpDir,
    cacheDir,
    uid,
    gid,
    pid,
    isAlive,
    reapCommand,
  };
}
