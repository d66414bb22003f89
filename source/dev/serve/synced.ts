import { messageOf } from '../../errors.ts';
import type { App } from '../../run/app.ts';
import { timeLimit } from '../../time-limit.ts';
import type { CommittedImage } from '../image/commit.ts';
import type { State } from '../image/state.ts';
import { CurrentReplacer } from '../sync/replacer.ts';
import type { Sync, Synced } from '../sync/sync.ts';
import { runGated } from './app.ts';
import { runPathOf, type ServeTools, startImage, switchUnless } from './serve.ts';
import { patienceAfter, type TakenUp, takenUp } from './take-up.ts';
import { untilReady } from './until-ready.ts';

/** `why` says of `served` why assemble isn't needed, of `not possible` why it is. */
type SyncedOutcome =
  | {
      readonly end: 'served';
      readonly path: 'reload' | 'sync';
      readonly why: string;
      /** Milliseconds since the epoch, where it was served before that was sure. */
      readonly since?: number;
    }
  | { readonly end: 'not possible'; readonly why: string }
  | { readonly end: 'abandoned' };

/** An application that took a change up is watched so long; milliseconds. */
const watchMs = 3_000;

/** Serves states without assemble where all that changed is only copied, and corrects that where it was wrong. */
export class SyncedServing {
  readonly #tools: ServeTools;
  readonly #sync: Sync;
  readonly #stopped = new AbortController();
  readonly #replacer: CurrentReplacer;
  /** When a state was last served so. */
  #servedAt = 0;
  /** What is served, and the state whose files it has. */
  #running: { readonly app: App; readonly state: State } | undefined;
  /** How long after a change that it took up the application stopped answering, each time it did; milliseconds. */
  #silences: readonly number[] = [];
  /** Of what took up the last save. */
  #watching: AbortController | undefined;
  #studying: Promise<void> = Promise.resolve();

  constructor(tools: ServeTools, sync: Sync) {
    this.#tools = tools;
    this.#sync = sync;
    this.#replacer = new CurrentReplacer(tools.job.engine);
  }

  /** How long assemble has taken, in milliseconds. */
  assembled(ms: number): void {
    this.#sync.assembled(ms);
  }

  /** Undefined: it was no question. What doesn't come up this way is to be assembled. */
  async serve(state: State, abandoned: AbortSignal): Promise<SyncedOutcome | undefined> {
    this.#watching?.abort();
    const reloaded = await this.#reload(state, abandoned);
    if (reloaded !== undefined) return reloaded;
    const taken = await this.#sync.take(state, abandoned);
    if (taken === undefined) return undefined;
    if ('whyNot' in taken) return { end: 'not possible', why: taken.whyNot };
    try {
      if (!(await this.#run(taken, state, abandoned))) return { end: 'abandoned' };
      this.#servedAt = Date.now();
      return { end: 'served', path: 'sync', why: taken.why };
    } catch (error) {
      taken.gate.discard();
      return abandoned.aborted ? { end: 'abandoned' } : { end: 'not possible', why: messageOf(error) };
    }
  }

  /** This state is served now, in whatever way. */
  served(state: State): void {
    if (this.#running?.state !== state) this.#watching?.abort();
    const app = this.#tools.versions.current;
    this.#running = app && { app, state };
  }

  /** The application that is served takes the change up by itself. Undefined: it doesn't. */
  async #reload(state: State, abandoned: AbortSignal): Promise<SyncedOutcome | undefined> {
    const { options, versions } = this.#tools;
    const running = this.#running;
    if (!options.reload || running === undefined || running.app !== versions.current) return undefined;
    const { app } = running;
    const id = app.containerId;
    const to = { id, replacer: this.#replacer.in(id) };
    const taken = await this.#sync.takeUp(state, { running: running.state, to }, abandoned);
    if (taken === undefined || 'whyNot' in taken) return undefined;
    this.#running = { app, state };
    const putAt = Date.now();
    const settled = await this.#settled(app, patienceAfter(this.#silences), abandoned);
    if (settled === undefined) return abandoned.aborted ? { end: 'abandoned' } : undefined;
    this.#servedAt = putAt + settled.answersAfter;
    versions.takeUp(state.cycle);
    void this.#watchOn(app, Date.now() - putAt);
    return { end: 'served', path: 'reload', why: taken.why, since: this.#servedAt };
  }

  /** Undefined: it has ended, or doesn't come up again. */
  async #settled(app: App, patience: number, abandoned: AbortSignal, waited = 0): Promise<TakenUp | undefined> {
    const { options } = this.#tools;
    const limit = timeLimit(options.readyTimeout + patience, abandoned);
    try {
      const ended = app.ended.then(() => Promise.reject(new Error('it has ended')));
      const isUp = () => options.ports.answers(app.details, limit.signal);
      const taken = await Promise.race([takenUp(isUp, patience, limit.signal), ended]);
      if (taken.silentAfter !== undefined) this.#silences = [...this.#silences.slice(-4), waited + taken.silentAfter];
      return taken;
    } catch {
      return undefined;
    } finally {
      limit.close();
    }
  }

  /** What takes a change up later than that was waited for, or breaks of it, shows a moment later. */
  async #watchOn(app: App, waited: number): Promise<void> {
    const { options } = this.#tools;
    const watching = new AbortController();
    this.#watching = watching;
    const settled = await this.#settled(app, watchMs, watching.signal, waited);
    if (settled === undefined && !watching.signal.aborted) options.onBroken();
  }

  /** A container for the next save. */
  refill(): void {
    this.#sync.refill();
    void this.#replacer.reach(this.#tools.options.reload ? this.#tools.versions.current?.containerId : undefined);
  }

  /**
   * An image of a state was made: what is to be learned from it is, and where the state was served wrong, it is served
   * instead.
   */
  study(state: State, image: CommittedImage): Promise<void> {
    const { signal, reporter } = this.#tools.job;
    const studied = this.#study(state, image)
      .catch((error: unknown) => {
        const isOver = this.#stopped.signal.aborted || signal.aborted;
        if (!isOver) reporter.warn(`could not compare the image with its builder: ${messageOf(error)}`);
      })
      .then(() => this.#sync.settled());
    this.#studying = this.#studying.then(() => studied);
    return studied;
  }

  /**
   * What is served of this state can't be assembled: until something else was, nothing is taken for only copied. false: it
   * was assembled when it was served.
   */
  doubt(state: State): boolean {
    return this.#sync.doubt(state);
  }

  /** Nothing is served any more. */
  stop(): void {
    this.#watching?.abort();
    this.#stopped.abort();
    this.#replacer.close();
    this.#sync.close();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#studying;
  }

  async #run(synced: Synced, { cycle, inputs }: State, abandoned: AbortSignal): Promise<boolean> {
    const { job, options, versions } = this.#tools;
    const app = await job.reporter.step('run', async () => {
      const command = [...inputs.base.image.config.entrypoint, runPathOf(inputs)];
      const started = runGated(job, synced, command, job.reporter.output('run'));
      await untilReady(started, { ...options, ...job }, abandoned);
      return { summary: 'ready · sync', value: started };
    });
    return switchUnless(abandoned, job, versions, app, cycle);
  }

  async #study(state: State, image: CommittedImage): Promise<void> {
    const { job, options, versions } = this.#tools;
    const { cycle } = state;
    const { imageId, compared } = image;
    if (compared === undefined) return;
    const verdict = await this.#sync.published(state, { imageId, changes: compared.all });
    if (verdict?.is !== 'wrong' || versions.serving !== cycle) return;
    const { signal } = this.#stopped;
    const app = await startImage(this.#tools, image);
    await untilReady(app, { ...options, engine: job.engine }, signal);
    // A newer version that is served by now is right or wrong by itself.
    if (versions.serving !== cycle) return void app.stop().catch(() => {});
    if (!switchUnless(signal, job, versions, app, cycle)) return;
    this.served(state);
    const at = Date.now();
    const corrected = { cycle, ms: at - this.#servedAt, why: verdict.why, urls: options.ports.urls };
    void options.emit({ type: 'corrected', at, ...corrected });
  }
}
