import { randomBytes } from 'node:crypto';
import { PassThrough, pipeline } from 'node:stream';
import { pack } from 'tar-stream';
import type { Gate } from '../../build/container/gate.ts';
import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { gateLine } from '../../protocol/gate/program.ts';
import { timeLimit } from '../../time-limit.ts';
import { readExactly } from '../../tree/content.ts';
import type { Step } from './decide.ts';
import type { Facts, Layer } from './layers/facts.ts';
import { digestOf } from './layers/read.ts';
import type { Done } from './proof.ts';
import type { Replacer } from './replacer.ts';

/** What the gate is given to write at most, as escaped: a shell reads a byte a system call. */
const mostByGate = 16 * 1024;

/** A file of a change, as it was read. */
export interface Loaded {
  readonly step: Step;
  /** Undefined: it is to be removed. */
  readonly content: Buffer | undefined;
}

/** Reads the files of a change. Throws code `source` when one is no longer what it was. */
export function loadFiles(root: string, steps: readonly Step[]): Loaded[] {
  return steps.map((step) => {
    const { entry } = step;
    return { step, content: entry && readExactly(root, entry) };
  });
}

export function doneOf(loaded: readonly Loaded[]): Done[] {
  return loaded.map(({ step: { kind, path, place, to }, content }) => ({
    ...{ kind, path, place, to },
    content: content === undefined ? '' : digestOf(content),
  }));
}

interface Change {
  readonly loaded: readonly Loaded[];
  /** Of the container's image. */
  readonly layer: Layer;
  /**
   * It has folders of the host, and links may lead there: nothing is done in it but by its own user, who may do no more than
   * it could anyway.
   */
  readonly gateOnly: boolean;
}

export interface PutTarget {
  readonly id: string;
  /** Where it waits. */
  readonly gate?: Gate;
  /** Where its application runs. */
  readonly replacer?: Replacer | undefined;
}

/** A container that takes no files in this time takes none; milliseconds. */
const putMs = 5_000;

/**
 * Brings the files of a change to their places in a container: by its gate where one waits in it and they are few and small,
 * else by the engine. Throws code `builder` when it doesn't take them.
 */
export async function putFiles(
  engine: Engine,
  container: PutTarget,
  change: Change,
  abandoned: AbortSignal,
): Promise<void> {
  const limit = timeLimit(putMs, abandoned);
  const over = new Promise<never>((_, reject) => {
    const stop = () => reject(new StiError('builder', 'the container did not take the files'));
    limit.signal.addEventListener('abort', stop, { once: true });
  });
  over.catch(() => {});
  try {
    await Promise.race([put(engine, container, change, limit.signal), over]);
  } finally {
    limit.close();
  }
}

async function put(
  engine: Engine,
  { id, gate, replacer }: PutTarget,
  { loaded, layer, gateOnly }: Change,
  signal: AbortSignal,
): Promise<void> {
  const gone = loaded.filter(({ content }) => content === undefined).map(({ step }) => step.place);
  if (gone.length > 0 && !(await gate?.clear(gone))) {
    if (gateOnly) throw new StiError('builder', 'files could not be taken out of a container that has volumes');
    // By its place: what runs may have put another `rm` on the PATH.
    const { exitCode, output } = await engine.exec(
      id,
      { command: ['/bin/rm', '-f', '--', ...gone], user: '0' },
      signal,
    );
    if (exitCode !== 0) throw new StiError('builder', `could not delete a file in the container: ${output.trim()}`);
  }
  if (await putByShell(loaded, { gate, replacer })) return;
  if (gateOnly) throw new StiError('builder', 'files could not be put into a container that has volumes');
  const files = filesOf(loaded, layer);
  if (files.length === 0 || (gate === undefined && (await moveIntoPlace(engine, id, files, signal)))) return;
  await putByEngine(engine, id, files, signal);
}

/** A file as it is to be in the container. */
interface File extends Pick<Facts, 'uid' | 'gid' | 'mode'> {
  readonly place: string;
  readonly content: Buffer;
}

function filesOf(loaded: readonly Loaded[], layer: Layer): File[] {
  return loaded.flatMap(({ step, content }) => {
    const { uid, gid, mode } = layer.get(step.place) ?? factsOf(step);
    return content === undefined ? [] : [{ place: step.place, content, uid, gid, mode }];
  });
}

/** By its places, and only as the application's own user, who may do no more than it could anyway. */
const moveAll = 'while [ $# -gt 0 ]; do [ ! -d "$2" ] && /bin/mv -f -- "$1" "$2" || exit 1; shift 2; done';

/**
 * Puts files beside their places and renames them: who watches in a container that runs never reads half of one. false:
 * its user may not, and nothing was changed but what the next way puts there anyway.
 */
async function moveIntoPlace(
  engine: Engine,
  id: string,
  files: readonly File[],
  signal: AbortSignal,
): Promise<boolean> {
  const word = randomBytes(6).toString('hex');
  const moves = files.map((file, at) => ({ ...file, beside: besideOf(file.place, `${word}-${at}`) }));
  await putByEngine(
    engine,
    id,
    moves.map((file) => ({ ...file, place: file.beside })),
    signal,
  );
  const words = moves.flatMap(({ beside, place }) => [beside, place]);
  const moved = await engine
    .exec(id, { command: ['/bin/sh', '-c', moveAll, 'sh', ...words] }, signal)
    .catch(() => undefined);
  if (moved?.exitCode === 0) return true;
  signal.throwIfAborted();
  await engine.exec(id, { command: ['/bin/rm', '-f', '--', ...moves.map(({ beside }) => beside)], user: '0' }, signal);
  return false;
}

/** A name that those who watch files by their ending, or leave out what begins with a dot, don't look at. */
function besideOf(place: string, word: string): string {
  const slash = place.lastIndexOf('/') + 1;
  return `${place.slice(0, slash)}.${word}.sti`;
}

/** false: it can't, or not all of it. */
async function putByShell(
  loaded: readonly Loaded[],
  { gate, replacer }: { readonly gate: Gate | undefined; readonly replacer: Replacer | undefined },
): Promise<boolean> {
  const files = loaded.flatMap(({ step: { kind, place }, content }) =>
    content === undefined ? [] : [{ isThere: kind.change === 'changed', path: place, content }],
  );
  if (files.length === 0) return true;
  const mayPut = files.every(({ isThere, path }) => isThere && !path.includes('\n'));
  if (!mayPut || gateLine({ verb: 'put', files }).length > mostByGate) return false;
  if (gate !== undefined) return gate.put(files);
  const word = randomBytes(6).toString('hex');
  return (
    replacer?.replace(files.map((file, at) => ({ ...file, beside: besideOf(file.path, `${word}-${at}`) }))) ?? false
  );
}

function putByEngine(engine: Engine, id: string, files: readonly File[], signal: AbortSignal): Promise<void> {
  const tar = pack();
  for (const { place, content, uid, gid, mode } of files)
    tar.entry({ name: place.slice(1), type: 'file', uid, gid, mode, mtime: new Date() }, content);
  tar.finalize();
  const output = new PassThrough();
  pipeline(tar, output, () => {});
  return engine.putArchive(id, '/', output, signal);
}

function factsOf({ to: { uid, gid, modes } }: Step): Pick<Facts, 'uid' | 'gid' | 'mode'> {
  return { uid, gid, mode: modes[1] };
}
