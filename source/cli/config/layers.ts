import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StiError } from '../../errors.ts';
import { type ScriptUrl, scriptNames } from '../../protocol/script-places.ts';
import type { Context } from '../context.ts';
import { realPathInside } from './inside.ts';
import { type ConfigKey, type ConfigValues, configKeys, configTable } from './keys.ts';
import { type Config, configPath, readConfig, readUserConfig } from './read.ts';
import { rememberTrust, trustIn, userFolder } from './trust.ts';
import { valuesOf } from './values.ts';

/** A configuration file with what of it counts. */
export interface Layer extends Config {
  /** Whether it may say where anything is sent. */
  readonly trusted: boolean;
  /** Of the file's values those that this file may set. */
  readonly values: ConfigValues;
  /** The other ones. */
  readonly leftOut: ConfigValues;
  /** What to tell the user of it. */
  readonly warnings: readonly string[];
}

export type Surroundings = Pick<Context, 'cwd' | 'env' | 'homeDir'>;

/**
 * The configuration files that hold for a source, the strongest first: the folder's own, then the user's. A folder says
 * how it is built, never where anything is sent or what outside of it is read, unless the user trusts its file.
 * @throws StiError `usage`
 */
export async function readLayers(source: string, context: Surroundings): Promise<Layer[]> {
  const home = userFolder(context);
  const [folder, user] = await Promise.all([readConfig(source, context.cwd), readUserConfig(home)]);
  return [
    ...(folder === undefined ? [] : [await asFolderMay(folder, context)]),
    ...(user === undefined ? [] : [{ ...user, trusted: true, leftOut: {}, warnings: [] }]),
  ];
}

/**
 * What `--trust` does, once for a run: a file that is saved later must be trusted anew.
 * @throws StiError `usage` when the folder has no configuration file
 */
export async function trustFolder(source: string, context: Surroundings): Promise<void> {
  const config = await readConfig(source, context.cwd);
  if (config !== undefined) return rememberTrust(config, context);
  throw new StiError('usage', `--trust: there is no ${configPath} in ${source}`, {
    hint: 'Leave --trust out, or name the folder whose configuration you trust.',
  });
}

/** Of a file that somebody else may have written what counts without the user's trust. */
export async function asFolderMay(config: Config, context: Surroundings): Promise<Layer> {
  const trust = await trustIn(config, context);
  if (trust === 'trusted') return { ...config, trusted: true, leftOut: {}, warnings: [] };
  const written = configKeys.filter((key) => config.values[key] !== undefined);
  const allowed = written.filter((key) => configTable[key].configuredBy === 'folder');
  const inside = await valuesInside(config);
  const values = { ...valuesOf(config.values, allowed), ...inside };
  const names = written.filter((key) => !allowed.includes(key) && inside[key] === undefined);
  const warnings = names.length === 0 ? [] : [warning(config.file, names, trust)];
  return { ...config, trusted: false, values, leftOut: valuesOf(config.values, names), warnings };
}

/** Of the values that may lead out of the folder those that don't; paths are made real, so that what is read later is what was looked at. */
async function valuesInside({ values, folder }: Config): Promise<ConfigValues> {
  const [envFile, scripts, imageScriptsUrl] = await Promise.all([
    values.envFile && realPathInside(folder, values.envFile),
    values.scripts && scriptsInside(values.scripts, folder),
    values.imageScriptsUrl && scriptsInside(values.imageScriptsUrl, folder),
  ]);
  return { ...(envFile && { envFile }), ...(scripts && { scripts }), ...(imageScriptsUrl && { imageScriptsUrl }) };
}

async function scriptsInside(url: ScriptUrl, folder: string): Promise<ScriptUrl | undefined> {
  if (url.scheme === 'image' || url.scheme === 'template') return url;
  if (url.scheme !== 'file') return undefined;
  const path = decodeURIComponent(url.url.slice('file://'.length));
  const real = await realPathInside(folder, resolve(folder, path));
  if (real === undefined) return undefined;
  const scripts = await Promise.all(scriptNames.map((name) => realPathInside(folder, resolve(real, name))));
  return scripts.includes(undefined) ? undefined : { scheme: 'file', url: pathToFileURL(real).href };
}

function warning(file: string, names: readonly ConfigKey[], trust: 'changed' | 'none'): string {
  const keys = new Intl.ListFormat('en').format(names);
  const verb = names.length === 1 ? 'is' : 'are';
  const since = trust === 'changed' ? ', and this file has changed since you trusted it' : '';
  return (
    `${keys} of ${file} ${verb} left out: only you decide where things are sent and what outside of the folder is used${since}. ` +
    `To allow ${names.length === 1 ? 'it' : 'them'}, read the file and add --trust once, or use the command line or ~/.config/sti/config.json.`
  );
}
