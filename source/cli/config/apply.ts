import { resolve } from 'node:path';
import { StiError } from '../../errors.ts';
import type { EnvironmentVariable } from '../../protocol/environment.ts';
import type { ImageReference } from '../../protocol/image/reference.ts';
import { readArgument } from '../command-line/arguments.ts';
import type { ParsedCommand } from '../command-line/command.ts';
import { type CommandName, commands } from '../command-line/table.ts';
import { imageReference, outputReference } from '../options/kinds/reference.ts';
import {
  type ExplicitOptions,
  type MutableOptions,
  type OptionName,
  type OptionValues,
  options,
  withDefaults,
} from '../options/table.ts';
import { isConfigurable } from './keys.ts';
import { type Layer, readLayers, type Surroundings } from './layers.ts';
import { configPath } from './read.ts';
import { choiceLayer, chooseBuilder } from './recognised.ts';
import { readS2iFile } from './s2i-file.ts';

/** One application as it is to be built: its command line with what the configuration files add. */
export interface Application {
  /** As written. */
  readonly source: string;
  readonly image: ImageReference;
  readonly tag: ImageReference | undefined;
  /** Every option's value; one that the command doesn't have has its default. */
  readonly options: OptionValues;
  /** Of these, what somebody has set. */
  readonly explicit: ExplicitOptions;
  /** Variables of the files that the environment file beats, and those that beat it. */
  readonly below: readonly EnvironmentVariable[];
  readonly above: readonly EnvironmentVariable[];
  /** What of the files doesn't count, and why. */
  readonly warnings: readonly string[];
}

type ApplicationCommand = ParsedCommand<CommandName>;

/** @throws StiError `usage` like {@link withConfig}, and for a wrong configuration file */
export async function readApplication(parsed: ApplicationCommand, context: Surroundings): Promise<Application> {
  const { explicit, positionals } = parsed;
  const [written, image] = positionals;
  const kept = explicit.useConfig ? await readS2iFile(context, written === undefined) : undefined;
  const source = written ?? kept?.source ?? '.';
  const layers = [...(kept === undefined ? [] : [kept.layer]), ...(await readLayers(source, context))];
  if (image !== undefined) return withConfig(parsed, layers);
  const named = { ...parsed, positionals: [source] };
  return withConfig(named, await withBuilder(layers, source, explicit, context.cwd));
}

/** The layers, and the builder that the source itself asks for when none of them names one. */
export async function withBuilder(
  layers: readonly Layer[],
  source: string,
  { contextDir, scripts }: ExplicitOptions,
  cwd: string,
): Promise<readonly Layer[]> {
  if (layers.some(({ values }) => values.image)) return layers;
  const of = <Key extends 'contextDir' | 'scripts'>(key: Key) => layers.find(({ values }) => values[key])?.values[key];
  const asked = { source, contextDir: contextDir ?? of('contextDir'), scripts: scripts ?? of('scripts') };
  const choice = await chooseBuilder(asked, cwd);
  return choice === undefined ? layers : [...layers, choiceLayer(choice, resolve(cwd, source))];
}

/** Two options that answer one question: the command line's answer by either stands. */
const sameQuestion: readonly (readonly [OptionName, OptionName])[] = [
  ['clean', 'incremental'],
  ['quiet', 'progress'],
];

/**
 * The command line with what configuration files add; the command line wins, then the first file. Variables and labels
 * are joined by name, everything else is the one's or the other's.
 * @throws StiError `usage` when nobody names a builder image, or a name is none of an image
 */
export function withConfig(parsed: ApplicationCommand, layers: readonly Layer[]): Application {
  const [source = '.', image, tag] = parsed.positionals;
  const builder =
    image === undefined
      ? layers.find(({ values }) => values.image)?.values.image
      : readArgument('IMAGE', image, imageReference, parsed.command);
  if (builder === undefined) throw noImage(parsed, layers);
  const explicit = layers.reduce((set, { values }) => underneath(parsed.command, set, values), parsed.explicit);
  const options = withDefaults(explicit);
  const tagged = tag === undefined ? layers.find(({ values }) => values.tag) : undefined;
  if (options.push && tagged?.trusted === false) throw pushesWhereTheFolderSays(tagged);
  return {
    source,
    image: builder,
    tag: tag === undefined ? tagged?.values.tag : readArgument('TAG', tag, outputReference, parsed.command),
    options,
    explicit,
    ...variablesAround(layers, parsed.explicit),
    warnings: layers.flatMap(({ warnings }) => warnings),
  };
}

/** What is set, and of one file what that leaves open. */
function underneath(command: CommandName, stronger: ExplicitOptions, weaker: ExplicitOptions): ExplicitOptions {
  const explicit: MutableOptions = { ...stronger };
  const add = <Name extends OptionName>(name: Name): void => {
    const value = weaker[name];
    const over = stronger[name];
    if (value === undefined) return;
    if (!isAnswered(name, stronger)) explicit[name] = value;
    else if (over !== undefined) explicit[name] = options[name].kind.under?.(value, over) ?? over;
  };
  for (const name of commands[command].options) if (name !== 'env' && isConfigurable(name)) add(name);
  return explicit;
}

/** A file's own variables beat its environment file; that beats what weaker files say. */
function variablesAround(layers: readonly Layer[], explicit: ExplicitOptions): Pick<Application, 'below' | 'above'> {
  const withFile = isAnswered('envFile', explicit)
    ? -1
    : layers.findIndex(({ values }) => values.envFile !== undefined);
  const of = (some: readonly Layer[]) => some.toReversed().flatMap(({ values }) => values.env ?? []);
  return { below: of(layers.slice(withFile + 1)), above: of(layers.slice(0, withFile + 1)) };
}

function isAnswered(name: OptionName, explicit: ExplicitOptions): boolean {
  const pair = sameQuestion.find((names) => names.includes(name)) ?? [name];
  return pair.some((option) => Object.hasOwn(explicit, option));
}

function pushesWhereTheFolderSays({ file }: Layer): StiError {
  return new StiError('usage', `--push: only you decide where an image is sent, and the tag is that of ${file}`, {
    hint: 'Write sti build SOURCE IMAGE TAG --push, or read the file and add --trust once.',
  });
}

function noImage({ command, positionals: [source = '.'] }: ApplicationCommand, [first]: readonly Layer[]): StiError {
  const folder = source === '.' ? 'this folder' : source;
  const where = first === undefined ? `there is no ${configPath} in ${folder}` : `${first.file} has no image`;
  return new StiError('usage', `IMAGE is missing: the command line names no builder image, and ${where}`, {
    hint: `Write sti ${command} SOURCE IMAGE [TAG], or {"image": "nodejs-20", "tag": "my-app"} into ${configPath}.`,
  });
}
