import { setTimeout as sleep } from 'node:timers/promises';
import type { HostEnvironment } from '../build/context.ts';
import { redactError } from '../build/redact-event.ts';
import type { Engine } from '../engine/engine.ts';
import { type StiError, toStiError } from '../errors.ts';
import { formatReference } from '../protocol/image/reference.ts';
import type { DevControls } from './controls.ts';
import type { DevEmit } from './events.ts';
import { type CarryOver, type LoopEnd, runOnEngine } from './on-engine.ts';
import { Progress } from './progress.ts';
import { redacting } from './redact-event.ts';
import { type CheckedDevRequest, checkDevRequest, type DevRequest } from './request.ts';

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
const firstPause = 1_000;
const longestPause = 8_000;
/** An end that takes no longer needs no words; milliseconds. */
const unremarkable = 300;

/**
 * The live loop of one application (docs/architecture.md, "The way of a save"). Goes on until `host.signal` aborts, which is
 * its good end, over restarts of the engine and changes of the configuration; never rejects.
 */
export async function dev(
  { connect, read }: DevSource,
  host: Omit<HostEnvironment, 'emit'>,
  { emit: show, onControls = () => {} }: DevFace,
): Promise<DevOutcome> {
  const { redact } = host.secrets;
  const tell = redacting(show, redact);
  const emit: DevEmit = (event) => {
    if (event.type === 'dev-ending') clearTimeout(ending);
    carryOver.progress.hear(event);
    return tell(event);
  };
  const { signal } = host;
  let carryOver: CarryOver = { progress: new Progress(), ports: undefined, previousApp: undefined, orphan: undefined };
  let tag: string | null = null;
  let engine: Engine | undefined;
  let ending: NodeJS.Timeout | undefined;
  const tellEnding = () => {
    ending = setTimeout(() => void emit({ type: 'dev-ending', at: Date.now(), image: null }), unremarkable);
  };
  signal.addEventListener('abort', tellEnding, { once: true });
  try {
    let asked = checkDevRequest(await read(), host.cwd);
    tag = asked.checked.tag;
    engine = await connect();
    const { source } = asked.request;
    const builder = formatReference(asked.request.builder);
    await emit({ type: 'dev-started', at: Date.now(), source, builder, tag });
    let why = 'start';
    let wait = firstPause;
    let told: string | undefined;
    for (;;) {
      const { cycles } = carryOver.progress;
      const input = { asked, emit, onControls, read, why };
      const ran = await runOnEngine({ ...host, emit, engine }, input, carryOver);
      const { end } = ran;
      carryOver = ran.carryOver;
      if (signal.aborted || end.why === 'quit') return { ok: true };
      if (end.why === 'configuration changed') {
        asked = end.next;
        tag = asked.checked.tag;
        why = 'the configuration changed';
        continue;
      }
      if (end.why === 'ports changed') {
        why = 'the image has other ports';
        continue;
      }
      if (!mayRecover(end, asked, carryOver)) throw end.error;
      const { code, message, hint } = end.error;
      const isLost = end.why === 'engine lost';
      const { ports, previousApp, progress } = carryOver;
      const serving = previousApp?.cycle ?? null;
      if (serving === null) ports?.refuse(isLost ? 'the engine does not answer' : 'it can not be built now');
      if (message !== told || progress.cycles > cycles)
        await emit({ type: 'dev-interrupted', at: Date.now(), code, message, hint, until: 'it is over', serving });
      told = message;
      // Nobody watches the configuration file now, and it may be what has to be mended.
      asked = await readAgain(read, host.cwd, asked);
      tag = asked.checked.tag;
      if (isLost) {
        why = 'the engine is back';
        wait = firstPause;
        engine = await reconnect(engine, connect, signal);
        if (engine === undefined) return { ok: true };
      } else {
        why = 'another try';
        wait = Math.min(2 * wait, longestPause);
        await sleep(wait, undefined, { signal }).catch(() => {});
      }
    }
  } catch (thrown) {
    return { ok: false, error: redactError(toStiError(thrown), redact) };
  } finally {
    signal.removeEventListener('abort', tellEnding);
    const { previousApp, ports, progress } = carryOver;
    await previousApp?.app.stop().catch(() => {});
    clearTimeout(ending);
    engine?.close();
    await ports?.close();
    if (progress.cycles > 0) {
      const summary = progress.summary(tag);
      await emit({ type: 'dev-finished', at: Date.now(), summary });
    }
  }
}

/** After something has been built, nothing that may pass by itself ends the session. */
function mayRecover(
  { why, error }: Extract<LoopEnd, { readonly error: StiError }>,
  { options }: DevRequest,
  { progress }: CarryOver,
): boolean {
  if (options.once) return false;
  return why === 'engine lost' || (progress.cycles > 0 && !['usage', 'bug'].includes(error.code));
}

/** What can't be used is as good as what was asked before. */
async function readAgain(read: DevSource['read'], cwd: string, before: CheckedDevRequest): Promise<CheckedDevRequest> {
  try {
    return checkDevRequest(await read(), cwd);
  } catch {
    return before;
  }
}

/** Resolves to the same engine when it's back; to undefined when the signal aborts. */
async function reconnect(
  engine: Engine,
  connect: DevSource['connect'],
  signal: AbortSignal,
): Promise<Engine | undefined> {
  const { address } = engine.about;
  engine.close();
  while (!signal.aborted) {
    await sleep(firstPause, undefined, { signal }).catch(() => {});
    if (signal.aborted) return undefined;
    const again = await connect(address).catch(() => undefined);
    if (again !== undefined) return again;
  }
  return undefined;
}
