import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BuildRequest, type EnvironmentVariable, type PullPolicy, transportNames } from '../build/request.ts';
import { messageOf, StiError } from '../errors.ts';
import { parseEnvFlag, parseEnvironmentFile } from '../protocol/environment.ts';
import { parseImageReference, parseOutputReference } from '../protocol/image-reference.ts';
import { redactText } from '../protocol/redact.ts';
import {
  type Configured,
  optionSwitch,
  optionValue,
  optionValues,
  type ParsedCommand,
  type ParsedOptions,
} from './command.ts';
import { parseDuration } from './duration.ts';
import { longName, type OptionName } from './options.ts';

const defaultArtifactsTimeout = 10 * 60_000;

/**
 * What `sti build` asks for. Reads the environment file, looks nothing else up.
 * @param cwd what the environment file's path is relative to
 * @throws StiError `usage`
 */
export async function readBuildRequest(
  { positionals, options, configured }: ParsedCommand,
  cwd: string,
): Promise<{ request: BuildRequest; warnings: readonly string[] }> {
  const [source = '', builder = '', tag] = positionals;
  parseImageReference(builder);
  if (tag !== undefined) parseOutputReference(tag);
  const envFile = await readEnvironmentFile(optionValue(options, 'envFile'), cwd);
  const transport = transportNames.find((name) => name === optionValue(options, 'transport'));
  const request: BuildRequest = {
    source,
    builder,
    env: readEnvironment(options),
    envFile: withConfigured(envFile.variables, configured),
    labels: readLabels(options),
    clean: optionSwitch(options, 'clean') === true || optionSwitch(options, 'incremental') === false,
    removePrevious: optionSwitch(options, 'removePrevious') === true,
    pullPolicy: readPullPolicy(options),
    keepWorkspace: optionSwitch(options, 'keepWorkspace') === true,
    artifactsTimeout: readArtifactsTimeout(options),
    ...(tag === undefined ? {} : { tag }),
    ...(transport === undefined ? {} : { transport }),
    ...given('ref', optionValue(options, 'ref')),
    ...given('contextDir', optionValue(options, 'contextDir')),
    ...given('scriptsUrl', optionValue(options, 'scripts')),
    ...given('assembleUser', optionValue(options, 'assembleUser')),
    ...given('callbackUrl', readCallbackUrl(options)),
  };
  return { request, warnings: envFile.warnings };
}

/** The variables of `-e`, in the order given. */
export function readEnvironment(options: ParsedOptions): EnvironmentVariable[] {
  return optionValues(options, 'env').flatMap((text) => parseEnvFlag(text));
}

export function readPullPolicy(options: ParsedOptions): PullPolicy {
  const policy = optionValue(options, 'pullPolicy');
  return policy === 'always' || policy === 'never' ? policy : 'if-not-present';
}

/** A property to spread: none when there is no value. */
export function given<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  const property: { [Key in Name]?: string } = {};
  if (value !== undefined) property[name] = value;
  return property;
}

/** The configuration file's own variables beat its environment file; an environment file of the command line beats both. */
function withConfigured(
  file: readonly EnvironmentVariable[],
  configured: Configured | undefined,
): readonly EnvironmentVariable[] {
  if (configured === undefined) return file;
  return configured.envFile ? [...file, ...configured.env] : [...configured.env, ...file];
}

async function readEnvironmentFile(
  file: string | undefined,
  cwd: string,
): Promise<{ variables: readonly EnvironmentVariable[]; warnings: readonly string[] }> {
  if (file === undefined) return { variables: [], warnings: [] };
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), 'utf8');
  } catch (cause) {
    throw new StiError('usage', `the environment file ${file} can't be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Check the path given to --env-file, or to envFile in .sti/config.json.',
    });
  }
  return parseEnvironmentFile(text, file);
}

function readLabels(options: ParsedOptions): Record<string, string> {
  const labels = optionValues(options, 'label').map((text): [string, string] => {
    const equals = text.indexOf('=');
    if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
    throw wrongValue('label', text, 'it is not NAME=VALUE', 'Write it as --label NAME=VALUE.');
  });
  return Object.fromEntries(labels);
}

function readArtifactsTimeout(options: ParsedOptions): number {
  const text = optionValue(options, 'artifactsTimeout');
  if (text === undefined) return defaultArtifactsTimeout;
  const timeout = parseDuration(text);
  if (timeout !== undefined) return timeout;
  throw wrongValue(
    'artifactsTimeout',
    text,
    'it is not a time of at most 24 days',
    'Write it as 500ms, 90s, 10m or 1h.',
  );
}

function readCallbackUrl(options: ParsedOptions): string | undefined {
  const url = optionValue(options, 'callbackUrl');
  if (url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return url;
  throw wrongValue('callbackUrl', redactText(url), 'it is not an http or https URL', 'Write it as https://HOST/PATH.');
}

function wrongValue(option: OptionName, value: string, why: string, hint: string): StiError {
  return new StiError('usage', `${longName(option)} can't be ${value}: ${why}`, { hint });
}
