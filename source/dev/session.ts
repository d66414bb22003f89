import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../build/job.ts';
import { type StiError, toStiError } from '../errors.ts';
import type { OpenedSource } from '../origin/open-source.ts';
import type { DevControls, ShellTarget } from './controls.ts';
import { FailedStandby } from './failed-standby.ts';
import { ImageKeeper, type ImageOptions, type State } from './image-keeper.ts';
import type { Ports } from './ports.ts';
import { concernsPreparation, type Preparation } from './preparation.ts';
import { Preparing } from './preparing.ts';
import { mayPass, Retry } from './retry.ts';
import { idle, type Schedule, type ScheduleEvent, schedule } from './scheduler.ts';
import { type ServeTools, serveState } from './serve-state.ts';
import { type PoolOptions, StandbyPool } from './standby-pool.ts';
import { type Version, Versions } from './versions.ts';
import type { Batch } from './watch.ts';

/**
 * What prepares for the next save begins this much later than a version is served: whoever waited for it asks for a page
 * now, and is answered sooner. ms
 */
const breath = 40;

/** One cycle under way. */
interface Cycle {
  readonly number: number;
  readonly at: number;
  /** Else it was asked for, or is the first. */
  readonly isSave: boolean;
  readonly abandon: AbortController;
}

export interface SessionOptions extends ImageOptions, PoolOptions {
  readonly ports: Ports;
  /** How long an application may take until it's ready; milliseconds. */
  readonly readyTimeout: number;
  /** What the session before this one left running. */
  readonly inherited?: Version;
}

/**
 * One application in the live loop: takes states of the source, gets each of them served (or says why not), and keeps the
 * last good one running. The scheduler decides what is built when; this carries it out.
 */
export class DevSession implements DevControls {
  readonly #job: Job;
  readonly #options: SessionOptions;
  readonly #pool: StandbyPool;
  readonly #image: ImageKeeper;
  readonly #versions: Versions;
  readonly #tools: ServeTools;
  readonly #retry = new Retry(() => void this.#ask(Date.now(), 'another try', []));
  readonly #background = new Set<Promise<unknown>>();
  readonly #failed = new FailedStandby();
  readonly #preparing: Preparing;
  #schedule: Schedule = idle;
  #opened: OpenedSource;
  /** What the next cycle is for. */
  #due: { readonly at: number; readonly why: string; readonly paths: string[] } | undefined;
  #cycle: Cycle | undefined;
  #paused = false;
  #closed = false;

  constructor(
    job: Job,
    quietJob: Job,
    opened: OpenedSource,
    preparation: Promise<Preparation>,
    options: SessionOptions,
  ) {
    this.#job = job;
    this.#options = options;
    this.#opened = opened;
    this.#pool = new StandbyPool(job, options);
    this.#image = new ImageKeeper(job, quietJob, this.#pool, options);
    this.#versions = new Versions(options, {
      // A standby for the next save, and a save that waits for one, are wanted sooner than the old version's end.
      mayStop: () => this.#pool.settled().then(() => this.#idle()),
      onStopped: () => void this.#image.sweep(),
    });
    this.#tools = {
      job,
      options,
      pool: this.#pool,
      image: this.#image,
      versions: this.#versions,
      onOpened: () => (this.#schedule = schedule(this.#schedule, { type: 'opened', at: Date.now() }).next),
      keepFailed: this.#failed.keep,
    };
    this.#preparing = new Preparing(job, preparation, (prepared) => this.#pool.use(prepared, this.#opened.tree));
  }

  /** Builds the state that the session began with. */
  start(at: number, why: string): Promise<void> {
    return this.#ask(at, why, []);
  }

  saved(batch: Batch): void {
    this.#opened = { ...this.#opened, tree: batch.tree };
    const paths = batch.changes.map((change) => change.path);
    if (paths.some(concernsPreparation)) this.#preparing.again(batch.tree);
    const why = batch.changes.every(({ kind }) => kind === 'removed') ? 'deleted' : 'saved';
    if (this.#paused) this.#due = { at: batch.at, why, paths: [...(this.#due?.paths ?? []), ...paths] };
    else void this.#ask(batch.at, why, paths);
  }

  buildNow(): void {
    void this.#ask(Date.now(), 'asked for', []);
  }

  buildClean(): void {
    this.#pool.setArtifacts(undefined);
    void this.#ask(Date.now(), 'asked for, clean', []);
  }

  restart(): void {
    void this.#ask(Date.now(), 'restart', []);
  }

  pause(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    void this.#options.emit({ type: 'watching', at: Date.now(), paused });
    if (!paused && this.#due !== undefined) void this.#ask(this.#due.at, this.#due.why, []);
  }

  shellTarget(): ShellTarget | undefined {
    const engine = this.#job.engine.about.kind;
    const failed = this.#failed.containerId;
    if (failed !== undefined) return { containerId: failed, engine, what: 'the container of the failed assemble' };
    const app = this.#versions.current;
    return app && { containerId: app.containerId, engine, what: 'the application' };
  }

  /** The builder image is another one now, or there again. */
  builderChanged(): void {
    this.#preparing.withNewBuilder(this.#opened.tree);
    void this.#ask(Date.now(), 'the builder image changed', []);
  }

  /** Of the image in use; undefined: none. */
  builderId(): Promise<string | undefined> {
    return this.#preparing.builderId();
  }

  get serving(): number | null {
    return this.#versions.serving;
  }

  /** Ends everything but the version that is served. That goes on until `close`, and is the next session's to lead away from. */
  async handOver(): Promise<Version | undefined> {
    await this.#endWork();
    return this.#versions.handOver();
  }

  async close(): Promise<void> {
    await Promise.all([this.#endWork(), this.#versions.close()]);
    while (this.#background.size > 0) await this.#idle();
    await this.#image.sweep();
  }

  async #endWork(): Promise<void> {
    this.#closed = true;
    this.#retry.cancel();
    this.#cycle?.abandon.abort();
    this.#image.cancel();
    this.#failed.close();
    await this.#pool.close();
  }

  /** Resolves when the cycles that go on now have ended. */
  async #idle(): Promise<void> {
    await Promise.allSettled([...this.#background]);
  }

  #ask(at: number, why: string, paths: readonly string[]): Promise<void> {
    this.#retry.cancel();
    this.#image.cancel();
    this.#due = { at: this.#due?.at ?? at, why, paths: [...(this.#due?.paths ?? []), ...paths] };
    return this.#dispatch({ type: 'saved', at: Date.now() });
  }

  #dispatch(event: ScheduleEvent): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const { next, decision } = schedule(this.#schedule, event);
    this.#schedule = next;
    if (decision.do === 'nothing') {
      this.#pool.refresh(this.#opened.tree);
      return Promise.resolve();
    }
    if (decision.do === 'supersede' && this.#cycle !== undefined) {
      this.#cycle.abandon.abort();
      void this.#options.emit({ type: 'cycle-superseded', at: Date.now(), cycle: this.#cycle.number });
    }
    const work = this.#build();
    this.#background.add(work);
    return work.finally(() => this.#background.delete(work));
  }

  async #build(): Promise<void> {
    const { progress, emit } = this.#options;
    const number = ++progress.cycles;
    const { at = Date.now(), why = 'asked for', paths = [] } = this.#due ?? {};
    this.#due = undefined;
    const cycle: Cycle = { number, at, isSave: paths.length > 0, abandon: new AbortController() };
    this.#cycle = cycle;
    this.#failed.forget();
    const all = [...new Set(paths)];
    void emit({ type: 'cycle-started', at, cycle: number, why, changes: all.slice(0, 5), changed: all.length });
    try {
      const preparation = await this.#preparing.take(this.#opened.tree);
      await this.#serve(cycle, { cycle: number, preparation, opened: this.#opened });
    } catch (thrown) {
      if (!cycle.abandon.signal.aborted) this.#tellFailure(cycle, toStiError(thrown));
    }
    if (cycle.abandon.signal.aborted) return;
    this.#cycle = undefined;
    const next = this.#dispatch({ type: 'ended', at: Date.now() });
    if (this.serving === number) await sleep(breath);
    this.#pool.refresh(this.#opened.tree);
    await next;
  }

  async #serve({ number, at: began, isSave, abandon }: Cycle, state: State): Promise<void> {
    await this.#image.recall(state);
    const served = await serveState(this.#tools, state, abandon.signal);
    if (served === undefined) return;
    const { progress, ports, emit } = this.#options;
    const { path, why, image } = served;
    const at = Date.now();
    progress.served(number, isSave ? at - began : undefined);
    this.#retry.reset();
    void emit({ type: 'cycle-served', at, cycle: number, ms: at - began, path, why, urls: ports.urls });
    if (image === undefined) await this.#image.makeWhenQuiet(state);
    else await this.#image.promote(state, image);
  }

  #tellFailure(cycle: Cycle, error: StiError): void {
    const { message, lastLines, hint, code } = error;
    this.#options.progress.failures += 1;
    const failure = { cycle: cycle.number, code, message, lastLines, hint, serving: this.serving };
    void this.#options.emit({ type: 'cycle-failed', at: Date.now(), ...failure });
    if (mayPass(code) && !this.#closed) this.#retry.schedule();
  }
}
