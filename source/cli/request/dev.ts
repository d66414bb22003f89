import { resolve } from 'node:path';
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

/** What is read for an application besides its source: the configurations, the environment file, scripts of this machine. */
export function filesOf({ source, options: { envFile, scripts } }: Application, host: Host): string[] {
  const { cwd } = host;
  const folder = scripts?.scheme === 'file' ? decodeURIComponent(scripts.url.slice('file://'.length)) : undefined;
  const names = folder === undefined ? [] : ['assemble', 'run', 'save-artifacts'];
  return [
    resolve(cwd, source, configPath),
    resolve(userFolder(host), 'config.json'),
    ...(envFile === undefined ? [] : [resolve(cwd, envFile)]),
    ...names.map((name) => resolve(cwd, folder ?? '', name)),
  ];
}
