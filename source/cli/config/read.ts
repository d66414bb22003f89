import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import { messageOf, StiError } from '../../errors.ts';
import type { ConfigValues } from './keys.ts';
import { parseValues } from './values.ts';

/** A configuration file, in order. */
export interface Config {
  /** How messages name the file. */
  readonly file: string;
  /** Its name in the folder, where it isn't `.sti/config.json`. */
  readonly name?: string;
  /** Absolute path of the folder that it is for: what relative paths are relative to. */
  readonly folder: string;
  readonly values: ConfigValues;
  /** Of the file's content. */
  readonly digest: string;
}

export const configPath = '.sti/config.json';
const maxBytes = 1024 * 1024;

/**
 * Reads `.sti/config.json` of a source that is a folder; undefined when there is none. That of a git repository or an
 * archive isn't read: what is fetched doesn't decide how it's built on this machine.
 * @throws StiError `usage` that names the file and the path of each wrong key
 */
export async function readConfig(source: string, cwd: string): Promise<Config | undefined> {
  const folder = resolve(cwd, source);
  return read(folder, { path: join(folder, configPath), file: join(source, configPath), inside: folder });
}

/**
 * Reads the user's own file, which has the same keys.
 * @param folder `~/.config/sti`
 * @throws StiError `usage`
 */
export async function readUserConfig(folder: string): Promise<Config | undefined> {
  const path = join(folder, 'config.json');
  return read(folder, { path, file: path });
}

async function read(
  folder: string,
  { path, file, inside }: { path: string; file: string; inside?: string },
): Promise<Config | undefined> {
  const found = await readBounded(path, { maxBytes, links: inside === undefined ? 'follow' : { inside } });
  if (found.outcome === 'absent') return undefined;
  if (found.outcome === 'refused') {
    const { message, cause } = found;
    // A long URL is no folder.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENAMETOOLONG') return undefined;
    throw new StiError('usage', `${file} ${message}`, {
      cause,
      hint: 'Make it a file that you can read, or remove it.',
    });
  }
  const { values, problems } = parseValues(parseJson(found.content.toString(), file), folder);
  if (problems.length > 0) throw wrongConfig(file, problems);
  return { file, folder, values, digest: createHash('sha256').update(found.content).digest('hex') };
}

/** @throws StiError `usage` that names the line */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new StiError('usage', `${file}${lineOf(cause, text)} is not JSON: ${reason(cause)}`, {
      hint: 'Use double quotes for names and texts, no comments, and no comma after the last entry.',
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

export function wrongConfig(
  file: string,
  problems: readonly string[],
  hint = 'See sti config --schema for what it may hold.',
): StiError {
  const message =
    problems.length === 1 ? `${file}: ${problems[0]}` : [`${file}:`, ...problems.map((line) => `  ${line}`)].join('\n');
  return new StiError('usage', message, { hint });
}
