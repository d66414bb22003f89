import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, StiError } from '../../errors.ts';
import { parseImageReference, parseOutputReference } from '../../protocol/image-reference.ts';
import { commands } from '../commands.ts';
import { checkValue, isRecord, type Problem } from './check.ts';
import { configSchema } from './schema.ts';

/** The configuration file of an application, in order. */
export interface Config {
  /** How messages name the file. */
  readonly file: string;
  /** Absolute path of the folder that holds `.sti`: what relative paths are relative to. */
  readonly folder: string;
  /** Checked against the schema. */
  readonly values: Readonly<Record<string, unknown>>;
}

export const configPath = '.sti/config.json';

/**
 * Reads `.sti/config.json` of a source that is a folder; undefined when there is none. That of a git repository or an
 * archive isn't read: what is fetched doesn't decide how it's built on this machine.
 * @throws StiError `usage` that names the file and the path of each wrong key
 */
export async function readConfig(source: string, cwd: string): Promise<Config | undefined> {
  const folder = resolve(cwd, source);
  const file = join(source, configPath);
  const text = await readIfThere(join(folder, configPath), file);
  if (text === undefined) return undefined;
  const values = parseJson(text, file);
  const problems = checkValue(values, configSchema(commands));
  if (problems.length === 0 && isRecord(values)) problems.push(...checkReferences(values));
  if (problems.length > 0 || !isRecord(values)) throw wrongConfig(file, problems);
  return { file, folder, values };
}

const absent = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

async function readIfThere(path: string, shown: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && absent.includes(String(cause.code))) return undefined;
    throw new StiError('usage', `${shown} can't be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Make it a file that you can read, or remove it.',
    });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new StiError('usage', `${file}${lineOf(cause, text)} is not JSON: ${reason(cause)}`, {
      hint: 'Names and texts stand in double quotes; there are no comments, and no comma after the last entry.',
    });
  }
}

/** Without the piece of the file that the message quotes: it may be a part of a secret. */
function reason(cause: unknown): string {
  return messageOf(cause)
    .replace(/, (\.\.\.)?".*$/s, '')
    .replace(/ at position .*$/s, '');
}

function lineOf(cause: unknown, text: string): string {
  const position = /at position (\d+)/.exec(messageOf(cause))?.[1];
  return position === undefined ? '' : `, line ${text.slice(0, Number(position)).split('\n').length},`;
}

/** What a schema can't tell: whether these are references to images. */
function checkReferences({ image, tag }: Readonly<Record<string, unknown>>): Problem[] {
  return [...problemOf('image', image, parseImageReference), ...problemOf('tag', tag, parseOutputReference)];
}

function problemOf(path: string, value: unknown, check: (text: string) => unknown): Problem[] {
  if (typeof value !== 'string') return [];
  try {
    check(value);
    return [];
  } catch (error) {
    return [{ path, message: messageOf(error) }];
  }
}

function wrongConfig(file: string, problems: readonly Problem[]): StiError {
  const lines = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const message =
    lines.length === 1 ? `${file}: ${lines[0]}` : [`${file}:`, ...lines.map((line) => `  ${line}`)].join('\n');
  return new StiError('usage', message, { hint: 'See sti config --schema for what it may hold.' });
}
