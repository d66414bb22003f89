import { setTimeout as sleep } from 'node:timers/promises';
import { checkRequest } from '../build/check-request.ts';
import type { BuildWorld } from '../build/context.ts';
import type { CheckedRequest } from '../build/job.ts';
import type { BuildRequest } from '../build/request.ts';
import type { Engine } from '../engine/engine.ts';
import { messageOf, StiError, toStiError } from '../errors.ts';
import type { DevControls } from './controls.ts';
import type { DevEmit } from './events.ts';
import { type Lasting, type LiveInput, live } from './live.ts';
import type { PortWish } from './ports.ts';
import { Progress } from './progress.ts';
import type { Slots } from './slots.ts';

export interface DevOptions {
  readonly standbys: number;
  /** Milliseconds. */
  readonly quietTime: number;
  readonly switchTimeout: number;
  readonly readyTimeout: number;
  /** Milliseconds of quiet after a save; absent: adaptive. */
  readonly debounce?: number;
  readonly poll: boolean;
  /** Address that the host ports are on. */
  readonly host: string;
  /** `--port`, or none: the ports that the image exposes. */
  readonly ports: readonly PortWish[];
  readonly readyPath?: string;
  /** Build, run until ready, and end. */
  readonly once: boolean;
  /** Leave the images that newer ones took the tag from. */
  readonly keepImages: boolean;
  /** What several applications share so that not all of them assemble at once (`--jobs`). */
  readonly slots?: Slots;
}

/** What is asked for on the command line and in the source's configuration file. */
export interface DevRequest {
  readonly request: BuildRequest;
  readonly options: DevOptions;
  /** Absolute paths of files that were read for it: when one changes, it is read again. */
  readonly files: readonly string[];
}

export interface DevFace {
  readonly emit: DevEmit;
  /** Hears once more after the engine was away, or the configuration changed. */
  readonly onControls?: (controls: DevControls) => void;
}

export interface DevSource {
  /** @param address of the engine that was there before: no other will do. */
  readonly connect: (address?: string) => Promise<Engine>;
  /** Reads the configuration file again. */
  readonly read: () => Promise<DevRequest>;
}

export type DevOutcome = { readonly ok: true } | { readonly ok: false; readonly error: StiError };

/** Milliseconds between two tries to find an engine that went away, and the longest between tries of what else failed. */
const pause = 1_000;
const longestPause = 8_000;
/** An end that takes no longer needs no words; milliseconds. */
const unremarkable = 300;

/**
 * The live loop of one application (ARCHITECTURE.md, "The way of a save"). Goes on until `world.signal` aborts, which is
 * its good end, over restarts of the engine and changes of the configuration; never rejects.
 */
export async function dev(
  { connect, read }: DevSource,
  world: Omit<BuildWorld, 'emit'>,
  { emit, onControls = () => {} }: DevFace,
): Promise<DevOutcome> {
  const lasting: Lasting = { progress: new Progress(), ports: undefined, inherited: undefined, orphan: undefined };
  const { signal } = world;
  let tag: string | null = null;
  let engine: Engine | undefined;
  let ending: NodeJS.Timeout | undefined;
  const tellEnding = () => {
    ending = setTimeout(() => void emit({ type: 'dev-ending', at: Date.now() }), unremarkable);
  };
  signal.addEventListener('abort', tellEnding, { once: true });
  try {
    let asked = await read();
    const mayReconfigure: LiveInput['mayReconfigure'] = async (tryOut) => {
      try {
        const next = await read();
        check(next.request, world.cwd);
        await tryOut(next.request);
        asked = next;
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        await emit({ type: 'warning', at: Date.now(), message: `the old configuration stays: ${messageOf(error)}` });
        return false;
      }
    };
    const first = { ...asked, ...check(asked.request, world.cwd) };
    let input: LiveInput = { ...first, emit, onControls, mayReconfigure, why: 'start' };
    const { source, builder } = asked.request;
    tag = input.checked.tag;
    const readAgain = async (): Promise<Partial<LiveInput>> => {
      try {
        const next = await read();
        return { ...next, ...check(next.request, world.cwd) };
      } catch {
        return {};
      }
    };
    let wait = pause;
    let told: string | undefined;
    engine = await connect();
    await emit({ type: 'dev-started', at: Date.now(), source, builder, tag });
    for (;;) {
      const end = await live({ ...world, emit, engine }, input, lasting).catch((error: unknown) => {
        if (!signal.aborted && !mayRecover(error, input, lasting)) throw error;
        return toStiError(error);
      });
      if (signal.aborted || end === undefined) break;
      if (typeof end === 'string') {
        input = { ...input, ...asked, ...check(asked.request, world.cwd), why: end };
        tag = input.checked.tag;
        continue;
      }
      const message = `${messageOf(end)}; sti dev goes on when that is over`;
      if (message !== told) await emit({ type: 'warning', at: Date.now(), message });
      told = message;
      const isLost = toStiError(end).code === 'engine-lost';
      wait = isLost ? pause : Math.min(2 * wait, longestPause);
      // Nobody watches the configuration file now, and it may be what has to be mended.
      input = { ...input, ...(await readAgain()), why: isLost ? 'the engine is back' : 'another try' };
      tag = input.checked.tag;
      if (!isLost) {
        await sleep(wait, undefined, { signal }).catch(() => {});
        continue;
      }
      const { address } = engine.about;
      engine.close();
      engine = await comeBack(() => connect(address), wait, signal);
      if (engine === undefined) break;
    }
    return { ok: true };
  } catch (thrown) {
    return { ok: false, error: toStiError(thrown) };
  } finally {
    signal.removeEventListener('abort', tellEnding);
    await lasting.inherited?.app.stop().catch(() => {});
    clearTimeout(ending);
    engine?.close();
    await lasting.ports?.close();
    if (lasting.progress.cycles > 0) {
      await emit({ type: 'dev-finished', at: Date.now(), summary: lasting.progress.summary(tag) });
    }
  }
}

/** After something has been built, nothing that may pass by itself ends the session. */
function mayRecover(error: unknown, { options }: LiveInput, { progress }: Lasting): boolean {
  if (options.once || !(error instanceof StiError)) return false;
  return error.code === 'engine-lost' || (progress.cycles > 0 && !['usage', 'bug'].includes(error.code));
}

async function comeBack(
  connect: () => Promise<Engine>,
  wait: number,
  signal: AbortSignal,
): Promise<Engine | undefined> {
  while (!signal.aborted) {
    await sleep(wait, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
    const engine = await connect().catch(() => undefined);
    if (engine !== undefined) return engine;
  }
  return undefined;
}

function check(request: BuildRequest, cwd: string): { checked: CheckedRequest; sourceRoot: string } {
  const checked = checkRequest(request, cwd);
  if (checked.source.kind === 'folder' && request.ref === undefined)
    return { checked, sourceRoot: checked.source.path };
  throw new StiError('source', `sti dev needs a folder to watch, and ${request.source} is none`, {
    hint: 'Clone or unpack it first, and name the folder.',
  });
}
