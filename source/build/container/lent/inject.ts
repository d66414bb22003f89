import { stat } from 'node:fs/promises';
import { basename, dirname, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Engine } from '../../../engine/engine.ts';
import { StiError } from '../../../errors.ts';
import { packTree } from '../../../tree/pack.ts';
import { entryOf, scanFolder } from '../../../tree/scan.ts';
import type { FileTree } from '../../../tree/tree.ts';
import type { Injection } from '../../request.ts';
import type { BuildContainer } from '../container.ts';

/** Far more than settings and keys are. */
const maxEntries = 1_000;

interface InjectOptions {
  /** Of the image. */
  readonly workingDir: string;
  /** Whether the container is never committed, so that nothing has to be as it was. */
  readonly thrownAway: boolean;
  readonly signal: AbortSignal;
}

/** What was put into a container. */
interface Injected {
  readonly files: readonly string[];
  /** Those that were made for it. */
  readonly folders: readonly string[];
}

/** Puts files into a waiting container that scripts see and the image doesn't have (docs/protocol.md, "assemble"). */
export async function injectFiles(
  engine: Engine,
  container: BuildContainer,
  injections: readonly Injection[],
  options: InjectOptions,
): Promise<Injected> {
  const files: string[] = [];
  const folders: string[] = [];
  if (injections.length > 0) await container.gate.ready;
  for (const { source, target } of injections) {
    const into = posix.resolve(options.workingDir || '/', target);
    const put = await inject(engine, container, { tree: await treeOf(source, options.signal), into }, options);
    files.push(...put.files);
    folders.push(...put.folders);
  }
  return { files, folders };
}

async function treeOf(source: string, signal: AbortSignal): Promise<FileTree> {
  const details = await stat(source);
  if (details.isDirectory()) {
    const { entries } = await scanFolder(source, { injected: true, maxEntries, signal });
    return { root: source, entries, disposable: false };
  }
  const entry = entryOf(dirname(source), basename(source), details);
  return { root: dirname(source), entries: entry === undefined ? [] : [entry], disposable: false };
}

async function inject(
  engine: Engine,
  container: BuildContainer,
  { tree, into }: { readonly tree: FileTree; readonly into: string },
  { thrownAway, signal }: InjectOptions,
): Promise<Injected> {
  const { id } = container.gate;
  const isThere = async (path: string) => (await engine.statPath(id, path, signal)) !== undefined;
  const folders: string[] = [];
  for (const path of ancestors(into)) if (!(await isThere(path))) folders.push(path);
  await makeFolders(engine, id, folders, signal);
  const entries = [];
  for (const entry of tree.entries) {
    const path = posix.join(into, entry.path);
    const taken = await isThere(path);
    if (entry.type === 'directory' ? !taken : !taken || thrownAway) entries.push(entry);
    else if (entry.type !== 'directory') throw occupied(path);
    if (entry.type === 'directory' && !taken) folders.push(path);
  }
  const tar = packTree({ ...tree, entries }, { prefix: '', owner: await container.owner, signal });
  await engine.putArchive(id, into, tar, signal);
  const files = entries.filter(({ type }) => type !== 'directory').map(({ path }) => posix.join(into, path));
  return { files, folders };
}

async function makeFolders(engine: Engine, id: string, folders: readonly string[], signal: AbortSignal) {
  if (folders.length === 0) return;
  const tar = pack();
  for (const path of folders) tar.entry({ name: `${path.slice(1)}/`, type: 'directory', uid: 0, gid: 0, mode: 0o755 });
  tar.finalize();
  await engine.putArchive(id, '/', Readable.from(tar), signal);
}

/** `/a/b` → `/a`, `/a/b` */
function ancestors(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function occupied(path: string): StiError {
  return new StiError('builder', `${path} can't be injected: the builder image already has it`, {
    hint: 'Name another folder of the container: --inject SOURCE:FOLDER.',
  });
}

/** Takes files out of a container again, and folders where nothing else is in them. */
export async function takeOut(engine: Engine, id: string, { files, folders }: Injected): Promise<void> {
  if (files.length > 0) {
    const { exitCode, output } = await engine.exec(id, { command: ['rm', '-f', '--', ...files], user: '0' });
    if (exitCode !== 0) {
      throw new StiError('commit', `could not remove the injected files from the image: ${output.trim()}`, {
        hint: 'Use a builder image that has rm, and leave the injected files where they are.',
      });
    }
  }
  // One that has something of assemble's in it stays.
  if (folders.length > 0) await engine.exec(id, { command: ['rmdir', '--', ...folders.toReversed()], user: '0' });
}
