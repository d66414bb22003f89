import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../build/job.ts';
import { type StiError, toStiError } from '../errors.ts';
import type { OpenedSource } from '../origin/open.ts';
import { type DevControls, type ShellTarget, shellTarget } from './controls.ts';
import { engineLoss } from './engine-loss.ts';
import type { CommittedImage } from './image/commit.ts';
import { ImagePublisher } from './image/publisher.ts';
import type { State } from './image/state.ts';
import { InputsCache } from './inputs/cache.ts';
import type { Images } from './inputs/images.ts';
import type { BuildInputs } from './inputs/inputs.ts';
import { Observer } from './inspect.ts';
import type { SessionOptions } from './options.ts';
import { mayPass, Retry } from './retry.ts';
import type { Cycle } from './schedule/cycle.ts';
import { type Demand, idle, type Schedule, type ScheduleEvent, schedule } from './schedule/schedule.ts';
import type { ServeTools } from './serve/serve.ts';
import { SyncedServing } from './serve/synced.ts';
import { type Version, Versions } from './serve/versions.ts';
import { serveState, type Way } from './serve/ways.ts';
import { FailedStandby } from './standby/failed.ts';
import { StandbyPool } from './standby/pool.ts';
import { Sync } from './sync/sync.ts';
import type { Batch } from './watch/watcher.ts';

/** Preparing for the next save begins so long after a switch: who waited for the version asks for a page now. ms */
const refillDelayMs = 40;

/**
 * One application in the live loop: takes states of the source, gets each of them served (or says why not), and keeps the
 * last good one running. The scheduler decides what is built when; this carries it out.
 */
export class DevSession implements DevControls {
  /** Resolves when the engine has gone away with its containers. */
  readonly lost: Promise<StiError>;
  readonly observe: Observer;
  readonly #job: Job;
  readonly #options: SessionOptions;
  readonly #pool: StandbyPool;
  readonly #image: ImagePublisher;
  readonly #synced: SyncedServing;
  readonly #versions: Versions;
  readonly #tools: ServeTools;
  readonly #retry = new Retry(() => void this.#ask('another try'));
  readonly #background = new Set<Promise<unknown>>();
  readonly #failed = new FailedStandby();
  readonly #inputs: InputsCache;
  #schedule: Schedule = idle;
  #opened: OpenedSource;
  #cycle: Cycle | undefined;
  #closed = false;

  constructor(job: Job, quietJob: Job, opened: OpenedSource, inputs: Promise<BuildInputs>, options: SessionOptions) {
    this.#job = job;
    this.#options = options;
    this.#opened = opened;
    let onLost = (): void => {};
    this.lost = new Promise((resolve) => {
      onLost = () => void engineLoss(job, () => this.serving !== null).then((error) => error && resolve(error));
    });
    this.#pool = new StandbyPool(job, { ...options, onLost });
    const onTagged = (state: State, image: CommittedImage) => this.#synced.study(state, image);
    const onFailed = (state: State, error: StiError) =>
      this.#cycle === undefined && this.#synced.doubt(state) && this.#tellFailure(state.cycle, error);
    this.#image = new ImagePublisher(job, quietJob, this.#pool, { ...options, onTagged, onFailed });
    this.#versions = new Versions(options, {
      // A standby for the next save, and a save that waits for one, are wanted sooner than the old version's end.
      mayStop: () => this.#pool.settled().then(() => this.#idle()),
      onStopped: () => void this.#image.sweep(),
      onLost,
    });
    const toServe = { ...options, onBroken: () => void this.#ask('the application broke') };
    this.#tools = { job, options: toServe, pool: this.#pool, image: this.#image, versions: this.#versions };
    this.#synced = new SyncedServing(this.#tools, new Sync(job, quietJob, { ...options, env: options.devEnv }));
    this.#inputs = new InputsCache(job, inputs, (prepared) => this.#pool.use(prepared, this.#opened.tree));
    this.observe = new Observer(job, this.#inputs, this.#versions, options.ports);
  }

  /** Builds the state that the session began with. */
  start(at: number, why: string): Promise<void> {
    return this.#ask(why, at);
  }

  saved(batch: Batch): void {
    this.#opened = { ...this.#opened, tree: batch.tree };
    this.#pool.saw(batch.tree);
    const paths = batch.changes.map((change) => change.path);
    if (paths.some((path) => this.#inputs.isConcernedBy(path))) this.#inputs.again(batch.tree);
    const why = batch.changes.every(({ kind }) => kind === 'removed') ? 'deleted' : 'saved';
    void this.#decide({ type: 'saved', at: Date.now(), demand: { at: batch.at, why, paths } });
  }

  buildNow(): void {
    void this.#ask('asked for');
  }

  buildClean(): void {
    this.#pool.setArtifacts(undefined);
    void this.#ask('asked for, clean');
  }

  restart(): void {
    void this.#ask('restart');
  }

  pause(paused: boolean): void {
    if (paused === this.#schedule.paused) return;
    void this.#options.emit({ type: 'watching', at: Date.now(), paused });
    void this.#decide({ type: paused ? 'paused' : 'resumed', at: Date.now() });
  }

  shellTarget(): ShellTarget | undefined {
    return shellTarget(this.#job.engine.about.kind, this.#failed.containerId, this.#versions.current?.containerId);
  }

  imageChanged(which: keyof Images): void {
    this.#inputs.withNewImages(this.#opened.tree);
    void this.#ask(`the ${which} image changed`);
  }

  readonly images = (): Promise<Images | undefined> => this.#inputs.images();

  get serving(): number | null {
    return this.#versions.serving;
  }

  /** Before the end: nothing is built any more but the image that is due. */
  async finish(): Promise<void> {
    this.#closed = true;
    this.#retry.cancel();
    await this.#image.finish();
  }

  /** Ends everything but the version that is served. That goes on until `close`, and is the next session's to lead away from. */
  async handOver(): Promise<Version | undefined> {
    await this.#endWork();
    return this.#versions.handOver();
  }

  async close(): Promise<void> {
    await Promise.all([this.#endWork(), this.#versions.close()]);
    while (this.#background.size > 0) await this.#idle();
    await this.#synced.close();
    // An image goes only when no container of it is left, and a version that was never served may still be ending.
    if (!this.#job.signal.aborted) await this.#job.workspace.endContainers().catch(() => {});
    await this.#image.close();
  }

  async #endWork(): Promise<void> {
    this.#closed = true;
    this.#retry.cancel();
    this.#cycle?.abandon.abort();
    this.#image.end();
    this.#failed.close();
    this.#synced.stop();
    await this.#pool.close();
  }

  /** Resolves when the cycles that go on now have ended. */
  async #idle(): Promise<void> {
    await Promise.allSettled([...this.#background]);
  }

  #ask(why: string, at = Date.now()): Promise<void> {
    return this.#decide({ type: 'asked', at: Date.now(), demand: { at, why, paths: [] } });
  }

  /** Lets the scheduler decide what comes of an event, and does it. */
  #decide(event: ScheduleEvent): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const { next, decision } = schedule(this.#schedule, event);
    this.#schedule = next;
    // The image that is due is of a source that is no longer there.
    if (event.type === 'saved' || event.type === 'asked') this.#image.cancel();
    if (decision.do === 'wait') void this.#options.emit({ type: 'save-waiting', at: Date.now(), why: decision.why });
    if (decision.do === 'wait' || decision.do === 'nothing') {
      if (event.type !== 'ended') this.#pool.refresh(this.#opened.tree);
      return Promise.resolve();
    }
    if (decision.do === 'supersede' && this.#cycle !== undefined) {
      const { abandon, number } = this.#cycle;
      abandon.abort();
      void this.#options.emit({ type: 'cycle-superseded', at: Date.now(), cycle: number, why: decision.why });
    }
    const work = this.#build(decision.demand);
    this.#background.add(work);
    return work.finally(() => this.#background.delete(work));
  }

  async #build({ at, why, paths }: Demand): Promise<void> {
    const { progress, emit } = this.#options;
    const number = ++progress.cycles;
    this.#retry.cancel();
    this.#image.cancel();
    const cycle: Cycle = { number, at, isSave: paths.length > 0, abandon: new AbortController() };
    this.#cycle = cycle;
    this.#failed.forget();
    this.#versions.expect();
    const all = [...new Set(paths)];
    void emit({ type: 'cycle-started', at, cycle: number, why, changes: all.slice(0, 5), changed: all.length });
    try {
      const inputs = await this.#inputs.take(this.#opened.tree);
      await this.#serve(cycle, { cycle: number, inputs, opened: this.#opened });
    } catch (thrown) {
      if (!cycle.abandon.signal.aborted) this.#tellFailure(number, toStiError(thrown));
    }
    if (cycle.abandon.signal.aborted) return;
    this.#cycle = undefined;
    const next = this.#decide({ type: 'ended', at: Date.now() });
    if (this.serving === number) await sleep(refillDelayMs);
    this.#synced.refill();
    this.#pool.refresh(this.#opened.tree);
    await next;
  }

  async #serve(cycle: Cycle, state: State): Promise<void> {
    await this.#image.restore(state);
    const onOpened = () => {
      this.#schedule = schedule(this.#schedule, { type: 'opened', at: Date.now() }).next;
    };
    const how = { isSave: cycle.isSave, abandoned: cycle.abandon.signal, onOpened };
    const outcome = await serveState(this.#tools, this.#synced, state, how);
    if (outcome.end === 'abandoned') return;
    if (outcome.end === 'assemble failed') {
      this.#failed.keep(outcome.standby);
      throw outcome.error;
    }
    this.#tellServed(cycle, outcome.way);
    const kept = this.#image.served(state, outcome.image);
    if (this.#options.once) await kept;
  }

  #tellServed({ number, at: began, isSave }: Cycle, { since = Date.now(), ...way }: Way): void {
    const { progress, ports, emit } = this.#options;
    progress.served(number, way.path, isSave ? since - began : undefined);
    this.#retry.reset();
    void emit({ type: 'cycle-served', at: Date.now(), cycle: number, ms: since - began, ...way, urls: ports.urls });
  }

  #tellFailure(cycle: number, error: StiError): true {
    const { message, lastLines, hint, code } = error;
    this.#options.progress.failed(cycle);
    this.#versions.fail(cycle);
    const failure = { cycle, code, message, lastLines, hint, serving: this.serving };
    void this.#options.emit({ type: 'cycle-failed', at: Date.now(), ...failure });
    if (mayPass(code) && !this.#closed) this.#retry.schedule();
    return true;
  }
}
