import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DevOptions } from '../../dev/request.ts';
import type { Application } from '../config/apply.ts';
import { configPath } from '../config/read.ts';
import { userFolder } from '../config/trust.ts';
import type { Host } from '../context.ts';
import type { OptionValues } from '../options/table.ts';

/** How the loop is to run. */
export function readDevOptions(options: OptionValues): DevOptions {
  const { standbys, quietTime, switchTimeout, readyTimeout, debounce, poll, host, ports, readyPath } = options;
  return {
    standbys,
    quietTime,
    switchTimeout,
    readyTimeout,
    drainTime: options.drain,
    debounce,
    poll,
    host,
    allowedHosts: options.allowHost,
    ports,
    debugPorts: options.debugPorts,
    devEnv: options.devEnv.map(({ name, value }) => `${name}=${value}`),
    readyPath,
    once: options.once,
    sync: !options.noSync,
    mappings: options.sync,
    reload: options.reload,
    keepImages: options.keepImages,
  };
}

/**
 * What is read for an application besides its source: the configurations, the environment file, scripts of this machine, and
 * what its containers are lent.
 */
export async function filesOf({ source, options }: Application, host: Host): Promise<string[]> {
  const { envFile, scripts, inject, secret, ca } = options;
  const { cwd } = host;
  const folder = scripts?.scheme === 'file' ? decodeURIComponent(scripts.url.slice('file://'.length)) : undefined;
  const lent = [...inject.map((injection) => injection.source), ...secret.map(({ path }) => path), ...(ca ? [ca] : [])];
  const injected = inject.map((injection) => below(resolve(cwd, injection.source)));
  const names = folder === undefined ? [] : ['assemble', 'run', 'save-artifacts'];
  return [
    resolve(cwd, source, configPath),
    resolve(userFolder(host), 'config.json'),
    ...(envFile === undefined ? [] : [resolve(cwd, envFile)]),
    ...names.map((name) => resolve(cwd, folder ?? '', name)),
    ...lent.map((path) => resolve(cwd, path)),
    ...(await Promise.all(injected)).flat(),
  ];
}

/** Far more than is ever injected. */
const mostWatched = 1_000;

/** What is below a folder, folders too; nothing for what isn't one: whether it may be injected is for others to say. */
async function below(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.slice(0, mostWatched).map((name) => join(folder, name));
}
