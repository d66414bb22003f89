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

/** A container that takes no files in this time takes none; milliseconds. */
const putMs = 5_000;

/**
 * Brings the files of a change to their places in a container: by its gate where one waits in it and they are few and small,
 * else by the engine. Throws code `builder` when it doesn't take them.
 */
export async function putFiles(
  engine: Engine,
  container: { readonly id: string; readonly gate?: Gate },
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
  { id, gate }: { readonly id: string; readonly gate?: Gate },
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
  if (gate !== undefined && (await putByGate(gate, loaded))) return;
  if (gateOnly) throw new StiError('builder', 'files could not be put into a container that has volumes');
  if (loaded.some(({ content }) => content !== undefined)) await putByEngine(engine, id, loaded, layer, signal);
}

/** false: it can't, or not all of it. */
async function putByGate(gate: Gate, loaded: readonly Loaded[]): Promise<boolean> {
  const files = loaded.flatMap(({ step: { kind, place }, content }) =>
    content === undefined ? [] : [{ isThere: kind.change === 'changed', path: place, content }],
  );
  if (files.length === 0) return true;
  const mayPut = files.every(({ isThere, path }) => isThere && !path.includes('\n'));
  if (!mayPut || gateLine({ verb: 'put', files }).length > mostByGate) return false;
  return gate.put(files);
}

function putByEngine(
  engine: Engine,
  id: string,
  loaded: readonly Loaded[],
  layer: Layer,
  signal: AbortSignal,
): Promise<void> {
  const tar = pack();
  for (const { step, content } of loaded) {
    if (content === undefined) continue;
    const { uid, gid, mode } = layer.get(step.place) ?? factsOf(step);
    tar.entry({ name: step.place.slice(1), type: 'file', uid, gid, mode, mtime: new Date() }, content);
  }
  tar.finalize();
  const output = new PassThrough();
  pipeline(tar, output, () => {});
  return engine.putArchive(id, '/', output, signal);
}

function factsOf({ to: { uid, gid, modes } }: Step): Pick<Facts, 'uid' | 'gid' | 'mode'> {
  return { uid, gid, mode: modes[1] };
}
