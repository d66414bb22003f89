import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { contextFolder } from '../../dockerfile/recipe.ts';
import { messageOf, StiError } from '../../errors.ts';
import { removeFolder } from '../../tree/remove.ts';

/** Says in the folder which files beside a Dockerfile are sti's own, so that the next run may replace them. */
const markFile = '.sti';

interface Mark {
  /** Digest of the Dockerfile that was written. */
  readonly dockerfile: string;
  /** Whether the source is sti's copy too, and not the user's own. */
  readonly source: boolean;
}

export interface Place {
  /** Absolute: where the Dockerfile is to be. */
  readonly file: string;
  /** sti brings the source; else what is there is the user's own and stays. */
  readonly withSource: boolean;
}

/**
 * Refuses a place whose files aren't sti's own, or that is in the source: it would be part of the next one.
 * @throws StiError `usage`
 */
export function checkPlace({ file, withSource }: Place, sourceFolder: string | undefined): void {
  const upload = join(dirname(file), contextFolder);
  if (basename(file) === contextFolder) {
    throw refused(`a Dockerfile can't be called ${contextFolder}, as the folder beside it is`, 'Name another file.');
  }
  if (sourceFolder !== undefined && isInside(dirname(file), sourceFolder)) {
    throw refused(
      `${file} is in the source: the next build would take it, and its copy of the source, for a part of it`,
      'Give --as-dockerfile a path outside of the source.',
    );
  }
  const mark = readMark(upload);
  const content = contentOf(file);
  if (content !== undefined && digestOf(content) !== mark?.dockerfile) {
    throw refused(`${file} is there already, and is not as sti wrote it`, 'Remove it, or name another file.');
  }
  if (!existsSync(upload)) return;
  const names = lstatSync(upload).isDirectory() ? readdirSync(upload) : [contextFolder];
  const isOnlySource = names.every((name) => name === 'src');
  const isTheirs = mark === undefined ? withSource || !isOnlySource : withSource && !mark.source && hasFiles(upload);
  if (isTheirs) throw refused(`${upload} is there already, and is not sti's own`, 'Remove it, or name another folder.');
}

/**
 * Puts a Dockerfile and its context in place, all at once or not at all; `fill` writes the context into a new folder.
 * @throws StiError `output` when it can't be written
 */
export async function writePlace(
  { file, withSource }: Place,
  {
    text,
    fill,
    signal,
  }: { readonly text: string; readonly fill: (folder: string) => Promise<void>; readonly signal: AbortSignal },
): Promise<void> {
  const folder = dirname(file);
  const upload = join(folder, contextFolder);
  let made: string | undefined;
  let part: string | undefined;
  const undo: (() => Promise<void>)[] = [];
  const move = async (from: string, to: string): Promise<void> => {
    await rename(from, to);
    undo.unshift(() => rename(to, from));
  };
  try {
    made = await mkdir(folder, { recursive: true });
    part = await mkdtemp(join(folder, '.sti-'));
    const filled = join(part, contextFolder);
    for (const name of ['src', 'scripts']) await mkdir(join(filled, name), { recursive: true, mode: 0o755 });
    await fill(filled);
    const mark: Mark = { dockerfile: digestOf(text), source: withSource };
    await writeFile(join(filled, markFile), `${JSON.stringify(mark)}\n`);
    await writeFile(join(part, 'Dockerfile'), text);
    signal.throwIfAborted();
    const old = join(part, 'old');
    if (existsSync(upload)) {
      await move(upload, old);
      if (!withSource && existsSync(join(old, 'src'))) await move(join(old, 'src'), join(filled, 'src'));
    }
    await move(filled, upload);
    await rename(join(part, 'Dockerfile'), file);
  } catch (error) {
    for (const back of undo) await back().catch(() => {});
    if (part !== undefined) await removeFolder(part);
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    signal.throwIfAborted();
    throw error instanceof StiError && error.code !== 'workspace' ? error : notWritten(file, error);
  }
  await removeFolder(part);
}

/** Where the Dockerfile goes for what the user wrote: a folder gets one of the usual name, as s2i has it. */
export function dockerfilePath(written: string, cwd: string): string {
  const path = resolve(cwd, written);
  const isFolder = /[/\\]$/.test(written) || lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? join(path, 'Dockerfile') : path;
}

function readMark(upload: string): Mark | undefined {
  const text = contentOf(join(upload, markFile));
  if (text === undefined) return undefined;
  try {
    const mark: unknown = JSON.parse(text);
    if (typeof mark !== 'object' || mark === null) return undefined;
    if (!('dockerfile' in mark) || typeof mark.dockerfile !== 'string' || !('source' in mark)) return undefined;
    return { dockerfile: mark.dockerfile, source: mark.source === true };
  } catch {
    return undefined;
  }
}

/** undefined: there is no such file. */
function contentOf(path: string): string | undefined {
  const details = lstatSync(path, { throwIfNoEntry: false });
  if (details === undefined) return undefined;
  return details.isFile() && details.size <= maxBytes ? readFileSync(path, 'utf8') : '';
}

/** More than any Dockerfile of sti has. */
const maxBytes = 64 * 1024 ** 2;

function hasFiles(upload: string): boolean {
  const source = join(upload, 'src');
  return existsSync(source) && readdirSync(source).length > 0;
}

/** Whether a path, which need not exist, is a folder or in it. */
function isInside(path: string, folder: string): boolean {
  let there = path;
  while (!existsSync(there)) there = dirname(there);
  const real = join(realpathSync(there), relative(there, path));
  const way = relative(realpathSync(folder), real);
  return way === '' || !(way === '..' || way.startsWith('../'));
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function refused(message: string, hint: string): StiError {
  return new StiError('usage', message, { hint });
}

function notWritten(file: string, cause: unknown): StiError {
  return new StiError('output', `${file} can't be written: ${messageOf(cause)}`, {
    cause,
    hint: 'Name a path in a folder that you can write to and that has room.',
  });
}
