import type { Key } from 'ink';
import { plainText } from '../source/dev/logs/plain.ts';
import { describeStatus } from '../source/dev/state/select.ts';
import type { DashboardActions, DashboardApp } from './actions.ts';
import { type Arrangement, arrange, type Looked } from './arrange.ts';
import { changeView, logAt } from './change-view.ts';
import type { Command } from './commands.ts';
import { factsOf } from './facts.ts';
import { createFrameClock } from './frame-clock.ts';
import { headerLines, isTicking } from './header.tsx';
import { commandOf } from './key-lookup.ts';
import { keyNames } from './keys.ts';
import type { Size } from './layout.ts';
import { Seeker } from './seeker.ts';
import type { Theme } from './theme.ts';
import { initialView, topOf, type ViewState } from './view-state.ts';
import { topFor } from './viewport.ts';

export interface ModelOptions {
  /** `sti dev` */
  readonly title: string;
  readonly apps: readonly DashboardApp[];
  readonly theme: Theme;
  readonly actions: DashboardActions;
  readonly size: () => Size;
  readonly now: () => number;
}

/** What is looked at, and what keys make of it. React draws it and keeps nothing itself. */
export class Model {
  readonly options: ModelOptions;
  readonly seeker = new Seeker(() => this.changed());
  readonly #views = new Map<DashboardApp, ViewState>();
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[];
  readonly #clock = createFrameClock(() => this.#draw());
  #version = 0;
  /** The application that is opened; undefined: the list is shown. */
  opened: DashboardApp | undefined;
  cursor = 0;
  help = false;
  /** The first line of the help that is shown. */
  helpTop = 0;
  /** That sti is ending, and what is waited for. */
  notice: string | undefined;
  /** Something for a moment, in the place of the keys. */
  message: string | undefined;

  constructor(options: ModelOptions) {
    this.options = options;
    if (options.apps.length === 1) this.opened = options.apps[0];
    this.#stops = options.apps.map(({ store }) => store.subscribe(() => this.changed()));
    this.#clock.tick(true);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly version = (): number => this.#version;

  readonly input = (input: string, key: Key): void => {
    for (const name of keyNames(input, key)) this.press(name);
  };

  changed(): void {
    this.#clock.changed();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#clock.stop();
    this.seeker.stop();
  }

  get ending(): boolean {
    return this.notice !== undefined;
  }

  view(app: DashboardApp): ViewState {
    return this.#views.get(app) ?? initialView;
  }

  look(app: DashboardApp): Looked {
    return { state: app.store.state, log: app.store.log, view: this.view(app) };
  }

  /** Header lines and where the panes are, for the application that is opened. */
  scene(app: DashboardApp): {
    readonly header: readonly string[];
    readonly arrangement: Arrangement;
    readonly size: Size;
  } {
    const { title, theme, now } = this.options;
    const { columns, rows } = this.options.size();
    const { state } = app.store;
    const notice = this.notice;
    const header = headerLines({ title, state, notice, columns, theme, now: now() });
    const size = { columns, rows: rows - header.length - 1 };
    return { header, arrangement: arrange(this.look(app), size), size };
  }

  press(key: string): void {
    this.message = undefined;
    const app = this.opened;
    if (app !== undefined && this.view(app).log.typing && key !== 'ctrl+c' && key !== 'ctrl+z') this.#type(app, key);
    else {
      const command = commandOf(key, factsOf(this));
      if (command !== undefined) this.#do(command);
    }
    this.changed();
  }

  #do(command: Command): void {
    const { actions, apps } = this.options;
    const app = this.opened;
    const controls = (app ?? apps[this.cursor])?.controls();
    if (command === 'quit') actions.quit(this.ending);
    else if (command === 'suspend') actions.suspend();
    else if (command === 'help') this.help = !this.help;
    else if (this.help) this.#inHelp(command);
    else if (command === 'build') controls?.buildNow();
    else if (command === 'build-all') for (const each of apps) each.controls()?.buildNow();
    else if (command === 'build-clean') controls?.buildClean();
    else if (command === 'restart') controls?.restart();
    else if (app === undefined) this.#inList(command);
    else if (command === 'pause') controls?.pause(!app.store.state.paused);
    else if (command === 'open') void this.#openUrl(describeStatus(app.store.state).url ?? '');
    else if (command === 'shell') this.#shell(app);
    else if (command === 'save') void this.#save(app);
    else if (command === 'next-error') void this.#nextError(app);
    else if (command === 'next-hit' || command === 'previous-hit') this.#hit(app, command === 'next-hit' ? 1 : -1);
    else if (command === 'back' && isUntouched(this.view(app))) this.opened = undefined;
    else this.#change(app, changeView(this.look(app), this.scene(app).arrangement, command));
  }

  #inHelp(command: Command): void {
    if (command === 'back') this.help = false;
    else
      this.helpTop = Math.max(
        0,
        this.helpTop + ({ up: -1, down: 1, 'page-up': -10, 'page-down': 10 }[String(command)] ?? 0),
      );
  }

  #inList(command: Command): void {
    const { apps } = this.options;
    const step = { up: -1, down: 1, first: -apps.length, last: apps.length }[String(command)] ?? 0;
    this.cursor = Math.max(0, Math.min(apps.length - 1, this.cursor + step));
    if (command === 'enter') this.opened = apps[this.cursor];
  }

  #type(app: DashboardApp, key: string): void {
    const view = this.view(app);
    const log = (change: Partial<ViewState['log']>): void =>
      this.#change(app, { ...view, log: { ...view.log, ...change } });
    const query = view.log.query ?? '';
    if (key === 'esc') log({ typing: false, query: undefined });
    else if (key === 'enter') {
      log({ typing: false, query: query === '' ? undefined : query });
      if (query !== '') this.#hit(app, -1);
    } else if (key === 'backspace') log({ query: [...query].slice(0, -1).join('') });
    else if (key === 'space') log({ query: `${query} ` });
    else if ([...key].length === 1) log({ query: query + key });
  }

  /** From the line that the last jump went to; without one backwards from the last line on the screen. */
  #hit(app: DashboardApp, direction: 1 | -1): void {
    const { arrangement } = this.scene(app);
    const { log } = this.view(app);
    this.seeker.use(app.store.log, log.query, arrangement.filter);
    const from = log.line ?? (arrangement.shown.at(-1)?.line ?? 0) + 1;
    this.seeker.jump(from, direction, (line) => this.#goTo(app, line));
  }

  async #nextError(app: DashboardApp): Promise<void> {
    const { arrangement } = this.scene(app);
    const { log, state } = app.store;
    const following = topOf(state, this.view(app)) === undefined;
    // Whoever looks at the end wants the first error, not the one after the end.
    const from = this.view(app).log.line ?? (following ? log.first - 1 : (arrangement.shown[0]?.line ?? log.first) - 1);
    const line = await this.seeker.nextError(log, from, arrangement.filter);
    if (line === undefined) this.message = 'no line looks like an error';
    else this.#goTo(app, line);
    this.changed();
  }

  #goTo(app: DashboardApp, line: number): void {
    const { arrangement } = this.scene(app);
    const view = this.view(app);
    const isShown = arrangement.shown.some((row) => row.line === line);
    const top = isShown ? arrangement.shown[0] : topFor(arrangement.rows, line, arrangement.logSize.rows);
    this.#change(app, { ...view, focus: 'logs', log: { ...logAt(arrangement, view.log, top), line } });
    this.changed();
  }

  #shell(app: DashboardApp): void {
    const target = app.controls()?.shellTarget();
    if (target !== undefined) this.options.actions.shell(target);
  }

  async #openUrl(url: string): Promise<void> {
    this.message = await this.options.actions.openUrl(url);
    this.changed();
  }

  async #save(app: DashboardApp): Promise<void> {
    const { filter } = this.scene(app).arrangement;
    try {
      this.message = `saved to ${await this.options.actions.saveLog(app.name, shownLines(this.look(app), filter))}`;
    } catch (error) {
      this.message = `the logs could not be saved: ${error instanceof Error ? error.message : error}`;
    }
    this.changed();
  }

  #change(app: DashboardApp, view: ViewState): void {
    this.#views.set(app, view);
  }

  #draw(): void {
    const { apps } = this.options;
    const shown = this.opened === undefined ? apps : [this.opened];
    this.#clock.tick(this.notice !== undefined || shown.some(({ store }) => isTicking(store.state)));
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function isUntouched({ zoom, opened, log }: ViewState): boolean {
  return !zoom && opened === undefined && log.query === undefined;
}

function* shownLines({ log }: Looked, filter: Arrangement['filter']): Generator<string> {
  let line = log.next(log.first, filter);
  while (line !== undefined) {
    yield plainText(log.line(line)?.text ?? '');
    line = log.next(line + 1, filter);
  }
}
