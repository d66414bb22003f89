import { type Assembled, assembleStage } from '../build/assemble.ts';
import type { Job } from '../build/job.ts';
import type { Workplace } from '../build/workplace.ts';
import { type StiError, toStiError } from '../errors.ts';
import type { OpenedSource } from '../origin/open-source.ts';
import { installedRun } from '../protocol/paths.ts';
import { type App, runImage, runInPlace } from './app.ts';
import type { DevEmit, DevSummary, RunPath } from './events.ts';
import { ImageKeeper } from './image-keeper.ts';
import type { Ports } from './ports.ts';
import { concernsPreparation, type Preparation, prepare } from './preparation.ts';
import { chooseRunPath } from './run-path.ts';
import { idle, type Schedule, type ScheduleEvent, schedule } from './scheduler.ts';
import { inSlot, type Slots } from './slots.ts';
import { StandbyPool } from './standby-pool.ts';
import { untilReady } from './until-ready.ts';
import { Versions } from './versions.ts';
import type { Batch } from './watch.ts';

/** One cycle under way. */
interface Cycle {
  readonly number: number;
  readonly at: number;
  readonly abandon: AbortController;
}

export interface SessionOptions {
  readonly standbys: number;
  /** Milliseconds without a save after which the image is made. */
  readonly quietTime: number;
  readonly emit: DevEmit;
  readonly ports: Ports;
  /** How long an application may take until it's ready; milliseconds. */
  readonly readyTimeout: number;
  /** How many assembles may go on at a time, together with other sessions; absent: any number. */
  readonly slots?: Slots;
}

/**
 * One application in the live loop: takes states of the source, gets each of them served (or says why not), and keeps the
 * last good one running. The scheduler decides what is built when; this carries it out.
 */
export class DevSession {
  readonly #job: Job;
  readonly #options: SessionOptions;
  readonly #pool: StandbyPool;
  readonly #image: ImageKeeper;
  #schedule: Schedule = idle;
  #opened: OpenedSource;
  #changes: { readonly at: number; readonly paths: string[] } | undefined;
  #preparation: Promise<Preparation>;
  #cycle: Cycle | undefined;
  readonly #versions: Versions;
  #cycles = 0;
  #failures = 0;
  readonly #times: number[] = [];
  #lastGood: number | null = null;
  readonly #background = new Set<Promise<unknown>>();

  constructor(job: Job, quietJob: Job, opened: OpenedSource, preparation: Preparation, options: SessionOptions) {
    this.#job = job;
    this.#options = options;
    this.#opened = opened;
    this.#preparation = Promise.resolve(preparation);
    this.#pool = new StandbyPool(job, options.standbys);
    this.#pool.use(preparation, opened.tree);
    this.#versions = new Versions(options.ports, options.emit);
    this.#image = new ImageKeeper(job, quietJob, this.#pool, opened, options);
  }

  /** Builds the state that the session began with. */
  start(at: number): Promise<void> {
    return this.#save(at, []);
  }

  saved(batch: Batch): void {
    this.#opened = { ...this.#opened, tree: batch.tree };
    const paths = batch.changes.map((change) => change.path);
    if (paths.some(concernsPreparation)) this.#prepareAgain();
    else this.#pool.refresh(batch.tree);
    void this.#save(batch.at, paths);
  }

  /** Resolves when nothing is being built. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.allSettled([...this.#background]);
  }

  get serving(): number | null {
    return this.#versions.serving;
  }

  async close(): Promise<DevSummary> {
    this.#cycle?.abandon.abort();
    this.#image.cancel();
    await Promise.all([this.#pool.close(), this.#versions.close()]);
    await this.settled();
    const sorted = this.#times.toSorted((a, b) => a - b);
    return {
      cycles: this.#cycles,
      failures: this.#failures,
      medianMs: sorted[sorted.length >> 1] ?? null,
      tag: this.#job.checked.tag,
      taggedCycle: this.#image.taggedCycle,
      lastGoodCycle: this.#lastGood,
    };
  }

  #prepareAgain(): void {
    const { tree } = this.#opened;
    this.#preparation = prepare(this.#job, tree).then((preparation) => {
      this.#pool.use(preparation, tree);
      return preparation;
    });
    this.#preparation.catch(() => {});
  }

  #save(at: number, paths: readonly string[]): Promise<void> {
    this.#image.cancel();
    this.#changes = { at: this.#changes?.at ?? at, paths: [...(this.#changes?.paths ?? []), ...paths] };
    return this.#dispatch({ type: 'saved', at: Date.now() });
  }

  #dispatch(event: ScheduleEvent): Promise<void> {
    const { next, decision } = schedule(this.#schedule, event);
    this.#schedule = next;
    if (decision.do === 'nothing') return Promise.resolve();
    if (decision.do === 'supersede') this.#supersede();
    const work = this.#build();
    this.#background.add(work);
    return work.finally(() => this.#background.delete(work));
  }

  #supersede(): void {
    const cycle = this.#cycle;
    if (cycle === undefined) return;
    cycle.abandon.abort();
    this.#emit({ type: 'cycle-superseded', at: Date.now(), cycle: cycle.number });
  }

  async #build(): Promise<void> {
    this.#cycles += 1;
    const { at = Date.now(), paths = [] } = this.#changes ?? {};
    this.#changes = undefined;
    const cycle: Cycle = { number: this.#cycles, at, abandon: new AbortController() };
    this.#cycle = cycle;
    const changes = [...new Set(paths)];
    const why = changes.length === 0 ? 'start' : 'saved';
    this.#emit({
      type: 'cycle-started',
      at,
      cycle: cycle.number,
      why,
      changes: changes.slice(0, 5),
      changed: changes.length,
    });
    try {
      await this.#serve(cycle, this.#opened, await this.#preparation);
      if (!cycle.abandon.signal.aborted) this.#lastGood = cycle.number;
    } catch (thrown) {
      if (!cycle.abandon.signal.aborted) this.#failed(cycle, toStiError(thrown));
    }
    if (cycle.abandon.signal.aborted) return;
    this.#pool.fillUp();
    await this.#dispatch({ type: 'ended', at: Date.now() });
  }

  async #serve(cycle: Cycle, opened: OpenedSource, preparation: Preparation): Promise<void> {
    const { reporter, signal } = this.#job;
    const { builder, assemble } = preparation;
    const place = await this.#pool.take(opened.tree);
    const { signal: abandoned } = cycle.abandon;
    abandoned.addEventListener('abort', () => place.standby.discard(), { once: true });
    if (abandoned.aborted) place.standby.discard();
    abandoned.throwIfAborted();
    const assembled = await inSlot(this.#options.slots, abandoned, () =>
      assembleStage(this.#job, place, assemble, builder.image),
    ).catch((error: unknown) => {
      place.standby.discard();
      throw error;
    });
    const choice = chooseRunPath({
      config: builder.image.config,
      assembleUser: builder.spec.assembleUser,
      transport: place.transport.name,
      assembleMs: assembled.ms,
    });
    const app = await reporter.step('run', async () => {
      const started = await this.#start(choice.path, cycle, place, assembled, opened, preparation);
      await untilReady(started, this.#options, abandoned);
      return { summary: `ready · ${choice.path}: ${choice.why}`, value: started };
    });
    if (abandoned.aborted || signal.aborted) return void app.stop().catch(() => {});
    this.#versions.switchTo(app, cycle.number);
    const at = Date.now();
    const ms = at - cycle.at;
    this.#times.push(ms);
    const { urls } = this.#options.ports;
    this.#emit({ type: 'cycle-served', at, cycle: cycle.number, ms, ...choice, urls });
    if (choice.path === 'in place') this.#image.makeWhenQuiet(cycle.number, opened, preparation);
  }

  async #start(
    path: RunPath,
    cycle: Cycle,
    place: Workplace,
    assembled: Assembled,
    opened: OpenedSource,
    preparation: Preparation,
  ): Promise<App> {
    const output = this.#job.reporter.output('run');
    const { run, builder } = preparation;
    const runPath = run.content === undefined ? run.path : installedRun;
    if (path === 'in place') return runInPlace(this.#job, place, runPath, output);
    const imageId = await this.#image.commit(cycle.number, place, assembled, opened, preparation);
    return runImage(this.#job, imageId, [...builder.image.config.entrypoint, runPath], output);
  }

  #failed(cycle: Cycle, error: StiError): void {
    this.#failures += 1;
    const { message, lastLines, hint } = error;
    this.#emit({
      type: 'cycle-failed',
      at: Date.now(),
      cycle: cycle.number,
      message,
      lastLines,
      hint,
      serving: this.serving,
    });
  }

  #emit(event: Parameters<DevEmit>[0]): void {
    void this.#options.emit(event);
  }
}
