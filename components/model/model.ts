import type { Key } from 'ink';
import { harmless } from '../../source/terminal/width.ts';
import type { Report } from '../input/reports.ts';
import type { Command, Facts } from '../keys/commands.ts';
import { keyNames } from '../keys/keys.ts';
import { meaningOf } from '../keys/lookup.ts';
import { Seeker } from '../log/seeker.ts';
import { headerLines, isTicking } from '../panes/header.tsx';
import { type Arrangement, arrange, type Looked } from '../screen/arrange.ts';
import type { Hit } from '../screen/canvas.ts';
import { createFrameClock } from '../screen/frame-clock.ts';
import type { Size } from '../screen/layout.ts';
import { createTheme, type Look, type Theme } from '../theme/theme.ts';
import type { DashboardActions, DashboardApp } from './actions.ts';
import { typed } from './change-view.ts';
import { factsOf } from './facts.ts';
import { type Overlay, typeChoice } from './overlay.ts';
import { point } from './point.ts';
import { hit, run, type Stage } from './run.ts';
import { Usage } from './usage.ts';
import { initialView, shownLogs, type ViewState } from './view-state.ts';

/** After so long without a key nobody may be there any more; milliseconds. */
const attentionMs = 300_000;
/** What the screen changes by the clock alone: a spinner, or ages; milliseconds. */
const [spinning, ageing] = [100, 1_000];

export interface ModelOptions {
  /** `sti dev` */
  readonly title: string;
  readonly apps: readonly DashboardApp[];
  readonly look: Look;
  readonly actions: DashboardActions;
  readonly size: () => Size;
  readonly now: () => number;
  /** What is drawn at a place of the screen. */
  readonly at: (row: number, column: number) => Hit | undefined;
}

/** What is looked at, and what keys make of it. React draws it and keeps nothing itself. */
export class Model implements Stage {
  readonly options: ModelOptions;
  readonly seeker = new Seeker(() => this.changed());
  readonly #views = new Map<DashboardApp, ViewState>();
  readonly #listeners = new Set<() => void>();
  readonly #usages = new Map<DashboardApp, Usage>();
  readonly #stops: (() => void)[];
  readonly #clock = createFrameClock(() => this.#draw());
  #version = 0;
  /** When the last key came. */
  #pressedAt = Number.NEGATIVE_INFINITY;
  /** The application that is opened; undefined: the list is shown. */
  opened: DashboardApp | undefined;
  cursor = 0;
  overlay: Overlay | undefined;
  theme: Theme;
  hasMouse = true;
  /** The window; terminals that don't say so have it there. */
  isInFront = true;
  /** That sti is ending, and what is waited for. */
  notice: string | undefined;
  /** Something for a moment, in the place of the keys. */
  message: string | undefined;

  constructor(options: ModelOptions) {
    this.options = options;
    this.theme = createTheme(options.look);
    if (options.apps.length === 1) this.opened = options.apps[0];
    this.#stops = options.apps.map(({ store }) => store.subscribe(() => this.changed()));
    for (const app of options.apps) this.#usages.set(app, new Usage(app.controls, () => this.changed()));
    this.#clock.tick(spinning);
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
    for (const usage of this.#usages.values()) usage.stop();
    this.#clock.stop();
    this.seeker.stop();
  }

  get size(): () => Size {
    return this.options.size;
  }

  get apps(): readonly DashboardApp[] {
    return this.options.apps;
  }

  get ending(): boolean {
    return this.notice !== undefined;
  }

  /** Somebody is there to see ages grow. */
  get attended(): boolean {
    return this.options.now() - this.#pressedAt < attentionMs;
  }

  view(app: DashboardApp): ViewState {
    return this.#views.get(app) ?? initialView;
  }

  change(app: DashboardApp, view: ViewState): void {
    this.#views.set(app, view);
  }

  look(app: DashboardApp): Looked {
    const { store, fileHere } = app;
    const { state, log } = store;
    const view = this.view(app);
    this.seeker.use(log, view.log, shownLogs(state, view));
    return { state, log, view, fileHere, only: this.seeker.only };
  }

  /** Header lines and where the panes are, for the application that is opened. */
  scene(app: DashboardApp): {
    readonly header: readonly string[];
    readonly arrangement: Arrangement;
    readonly size: Size;
  } {
    const { title, now } = this.options;
    const { theme } = this;
    const { columns, rows } = this.options.size();
    const { state } = app.store;
    const notice = this.notice;
    const usage = this.#usages.get(app)?.describe(theme, state.serving?.cycle) ?? '';
    const header = headerLines({ title, state, notice, usage, columns, theme, now: now() });
    const size = { columns, rows: rows - header.length - 1 };
    return { header, arrangement: arrange(this.look(app), size, theme), size };
  }

  arrangement(app: DashboardApp): Arrangement {
    return this.scene(app).arrangement;
  }

  facts(): Facts {
    return factsOf(this);
  }

  do(command: Command): void {
    run(this, command);
  }

  press(key: string): void {
    this.message = undefined;
    this.#pressedAt = this.options.now();
    const app = this.opened;
    const isUrgent = key === 'ctrl+c' || key === 'ctrl+z';
    if (this.overlay?.kind === 'choose' && !isUrgent) this.#choose(this.overlay, key);
    else if (app !== undefined && this.view(app).log.typing !== undefined && !isUrgent) this.#type(app, key);
    else {
      const meaning = meaningOf(key, this.facts());
      if (meaning !== undefined && 'command' in meaning) run(this, meaning.command);
      else this.message = meaning?.why;
    }
    this.changed();
  }

  /** What the terminal says beside keys. */
  report(report: Report): void {
    if (report.kind === 'ground') {
      if (this.options.look.ground === undefined)
        this.theme = createTheme({ ...this.options.look, ground: report.ground });
    } else if (report.kind === 'paste') this.#paste(report.text);
    else if (report.kind === 'focus') {
      this.isInFront = report.isFocused;
      if (report.isFocused) this.#pressedAt = this.options.now();
    } else {
      const hit = this.options.at(report.row, report.column);
      this.message = undefined;
      this.#pressedAt = this.options.now();
      if (hit !== undefined) point(this, hit, report.kind);
    }
    this.changed();
  }

  /** Where something is typed; elsewhere its letters would be keys. */
  #paste(text: string): void {
    const app = this.opened;
    const isTyping = this.overlay?.kind === 'choose' || (app !== undefined && this.view(app).log.typing !== undefined);
    const line = harmless(text.split(/[\r\n]/)[0] ?? '').slice(0, 500);
    if (isTyping) for (const letter of line) this.press(letter === ' ' ? 'space' : letter);
  }

  #choose(overlay: Overlay & { readonly kind: 'choose' }, key: string): void {
    const next = typeChoice(overlay, key);
    this.overlay = next !== undefined && 'kind' in next ? next : undefined;
    if (next !== undefined && 'act' in next) next.act();
  }

  #type(app: DashboardApp, key: string): void {
    const view = this.view(app);
    const log = typed(view.log, key);
    this.change(app, { ...view, log });
    if (key === 'enter' && view.log.typing === 'query' && log.query !== undefined) {
      this.look(app);
      hit(this, app, -1);
    }
  }

  #draw(): void {
    const { apps } = this;
    const shown = this.opened === undefined ? apps : [this.opened];
    const turns = this.notice !== undefined || shown.some(({ store }) => isTicking(store.state));
    this.#clock.tick(turns ? spinning : this.attended ? ageing : undefined);
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}
