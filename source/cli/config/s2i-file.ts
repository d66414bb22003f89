import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { type ReadResult, readBounded } from '../../bounded-read.ts';
import { StiError } from '../../errors.ts';
import { redactUrl } from '../../protocol/redact.ts';
import { realPathInside } from './inside.ts';
import { asFolderMay, type Layer, type Surroundings } from './layers.ts';
import { type Config, parseJson, wrongConfig } from './read.ts';
import { parseS2iConfig } from './s2i-values.ts';
import { rememberTrust } from './trust.ts';

/** What `--use-config` takes from the current folder. */
export interface S2iFile {
  readonly layer: Layer;
  /** undefined: the file names none. */
  readonly source: string | undefined;
}

/** s2i's name for it, then the one that it had before. */
const names = ['.s2ifile', '.stifile'] as const;
const maxBytes = 1024 * 1024;

/**
 * Reads the file in which s2i keeps a command line. Somebody else may have written it, so the same holds of it as of a
 * folder's `.sti/config.json`.
 * @param isSourceWanted whether the command line names no source
 * @throws StiError `usage`
 */
export async function readS2iFile(context: Surroundings, isSourceWanted: boolean): Promise<S2iFile> {
  const read = await readFile(context.cwd);
  if (read === undefined) return { layer: noFile(context.cwd), source: undefined };
  const { config, source, warnings } = read;
  const layer = await asFolderMay(config, context);
  if (source !== undefined && isSourceWanted && !layer.trusted) await checkSource(source, config);
  return { layer: { ...layer, warnings: [...layer.warnings, ...warnings] }, source };
}

/** What `--trust` does of the file as it is now. @throws StiError `usage` when there is none */
export async function trustS2iFile(context: Surroundings): Promise<void> {
  const read = await readFile(context.cwd);
  if (read !== undefined) return rememberTrust(read.config, context);
  throw new StiError('usage', `--trust: there is no ${names[0]} in this folder`, {
    hint: 'Leave --trust out, or --use-config.',
  });
}

async function readFile(cwd: string) {
  for (const name of names) {
    const found = await readBounded(join(cwd, name), { maxBytes, links: { inside: cwd } });
    if (found.outcome !== 'absent') return parseFile(name, found, cwd);
  }
  return undefined;
}

function parseFile(name: string, found: Exclude<ReadResult, { outcome: 'absent' }>, cwd: string) {
  if (found.outcome === 'refused') {
    const hint = 'Make it a file that you can read, or leave --use-config out.';
    throw new StiError('usage', `${name} ${found.message}`, { cause: found.cause, hint });
  }
  const parsed = parseS2iConfig(parseJson(found.content.toString(), name), cwd);
  const { values, source, problems, never } = parsed;
  if (problems.length > 0) throw wrongConfig(name, problems, 'Mend it, or write the options on the command line.');
  const digest = createHash('sha256').update(found.content).digest('hex');
  const config: Config = { file: name, name, folder: cwd, values, digest };
  const list = new Intl.ListFormat('en').format(never);
  const warnings =
    never.length === 0 ? [] : [`${list} of ${name} ${never.length === 1 ? 'is' : 'are'} only for the command line`];
  return { config, source, warnings };
}

/** What is fetched, or read outside of the folder, only the user says. */
async function checkSource(source: string, { folder, file }: Config): Promise<void> {
  const isPath = !/^[\w+.-]+:\/\/|^[^/]+@[^/]+:|::/.test(source);
  if (isPath && (await realPathInside(folder, resolve(folder, source))) !== undefined) return;
  throw new StiError(
    'usage',
    `the source of ${file} is ${redactUrl(source)}: only you decide what outside of this folder is built`,
    { hint: 'Use sti build SOURCE --use-config, or read the file and add --trust once.' },
  );
}

function noFile(folder: string): Layer {
  const warnings = [`--use-config: there is neither ${names.join(' nor ')} in this folder`];
  return { file: names[0], folder, values: {}, digest: '', trusted: false, leftOut: {}, warnings };
}
