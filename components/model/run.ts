import { describeStatus, findBuild } from '../../source/dev/state/select.ts';
import { plainText } from '../../source/terminal/plain.ts';
import type { Command, Facts } from '../keys/commands.ts';
import { listOrder } from '../list/list.ts';
import type { Link } from '../log/links.ts';
import type { Seeker } from '../log/seeker.ts';
import { compareLines } from '../panes/compare.ts';
import { helpLines } from '../panes/help.ts';
import { inspectLines } from '../panes/inspect.ts';
import type { Arrangement, Looked } from '../screen/arrange.ts';
import type { Theme } from '../theme/theme.ts';
import type { DashboardActions, DashboardApp } from './actions.ts';
import { changeView, logAt } from './change-view.ts';
import { copyChoices, palette } from './choices.ts';
import { fileOf } from './named-file.ts';
import { type Overlay, scrollText } from './overlay.ts';
import { cursorBuild, cursorRequest, topOf, type ViewState } from './view-state.ts';
import { topFor } from './viewport.ts';

/** What commands work on. */
export interface Stage {
  readonly options: { readonly actions: DashboardActions };
  readonly apps: readonly DashboardApp[];
  readonly seeker: Seeker;
  readonly ending: boolean;
  readonly theme: Theme;
  /** The mouse is the dashboard's. */
  hasMouse: boolean;
  opened: DashboardApp | undefined;
  cursor: number;
  overlay: Overlay | undefined;
  message: string | undefined;
  look(app: DashboardApp): Looked;
  arrangement(app: DashboardApp): Arrangement;
  facts(): Facts;
  do(command: Command): void;
  change(app: DashboardApp, view: ViewState): void;
  changed(): void;
}

/** Does what a key stands for. */
export function run(stage: Stage, command: Command): void {
  const { actions } = stage.options;
  const { apps, opened: app } = stage;
  const controls = (app ?? apps[stage.cursor])?.controls();
  if (command === 'quit') actions.quit(stage.ending);
  else if (command === 'suspend') actions.suspend();
  else if (command === 'mouse') setMouse(stage);
  else if (stage.overlay !== undefined)
    stage.overlay = stage.overlay.kind === 'text' ? scrollText(stage.overlay, command) : undefined;
  else if (command === 'help')
    stage.overlay = { kind: 'text', title: 'Keys', lines: (size) => helpLines(size, stage.theme), top: 0 };
  else if (command === 'palette') stage.overlay = palette(stage);
  else if (command === 'build') controls?.buildNow();
  else if (command === 'build-all') for (const each of apps) each.controls()?.buildNow();
  else if (command === 'build-clean') controls?.buildClean();
  else if (command === 'restart') controls?.restart();
  else if (app === undefined) inList(stage, command);
  else if (command === 'pause') controls?.pause(!app.store.state.paused);
  else if (command === 'open') void say(stage, actions.openUrl(urlOf(app)));
  else if (command === 'shell') shell(stage, app);
  else if (command === 'save') void save(stage, app);
  else if (command === 'copy') stage.overlay = copyChoices(stage, app);
  else if (command === 'editor') edit(stage, app);
  else if (command === 'inspect') void inspect(stage, app);
  else if (command === 'compare') compare(stage, app);
  else if (command === 'send-again') void sendAgain(stage, app);
  else if (command === 'next-error') void nextError(stage, app);
  else if (command === 'next-hit' || command === 'previous-hit') hit(stage, app, command === 'next-hit' ? 1 : -1);
  else {
    const looked = stage.look(app);
    const view = changeView(looked, stage.arrangement(app), command);
    // Where there is nothing to go back from within an application, the list is what comes before.
    if (command === 'back' && view === looked.view && apps.length > 1) stage.opened = undefined;
    else stage.change(app, view);
  }
}

function inList(stage: Stage, command: Command): void {
  const { apps } = stage;
  const step = { up: -1, down: 1, first: -apps.length, last: apps.length }[String(command)] ?? 0;
  const order = listOrder(apps.map(({ store }) => store.state));
  const at = Math.max(0, Math.min(apps.length - 1, order.indexOf(stage.cursor) + step));
  stage.cursor = order[at] ?? 0;
  if (command === 'enter') stage.opened = apps[stage.cursor];
}

function urlOf(app: DashboardApp): string {
  return describeStatus(app.store.state).url ?? '';
}

/** From the line that the last jump went to; without one backwards from the last line on the screen. */
export function hit(stage: Stage, app: DashboardApp, direction: 1 | -1): void {
  const { log } = stage.look(app).view;
  const from = log.line ?? (stage.arrangement(app).shown.at(-1)?.line ?? 0) + 1;
  stage.seeker.jump(from, direction, (line) => goTo(stage, app, line));
}

async function nextError(stage: Stage, app: DashboardApp): Promise<void> {
  const { filter, shown } = stage.arrangement(app);
  const { log, state } = app.store;
  const { view } = stage.look(app);
  const following = topOf(state, view) === undefined;
  // Whoever looks at the end wants the first error, not the one after the end.
  const from = view.log.line ?? (following ? log.first - 1 : (shown[0]?.line ?? log.first) - 1);
  const line = await stage.seeker.nextError(log, from, filter);
  if (line === undefined) stage.message = 'no line looks like an error';
  else goTo(stage, app, line);
  stage.changed();
}

function goTo(stage: Stage, app: DashboardApp, line: number): void {
  const arrangement = stage.arrangement(app);
  const { view } = stage.look(app);
  const isShown = arrangement.shown.some((row) => row.line === line);
  const top = isShown ? arrangement.shown[0] : topFor(arrangement.rows, line, arrangement.logSize.rows);
  stage.change(app, { ...view, focus: 'logs', log: { ...logAt(arrangement, view.log, top), line } });
  stage.changed();
}

/** Opens what a link leads to. */
export function open(stage: Stage, app: DashboardApp, target: Link['target']): void {
  const { actions } = stage.options;
  if ('url' in target) void say(stage, actions.openUrl(target.url));
  else actions.edit(`${app.folder()}/${target.path}`, target.line);
}

function edit(stage: Stage, app: DashboardApp): void {
  const file = fileOf(stage.look(app), stage.arrangement(app));
  if (file === undefined) stage.message = 'no line here names a file of your folder';
  else stage.options.actions.edit(`${app.folder()}/${file.path}`, file.line);
}

async function inspect(stage: Stage, app: DashboardApp): Promise<void> {
  const found = await app.controls()?.observe.inspect();
  const { state } = app.store;
  const lines = ({ columns }: { readonly columns: number }): string[] =>
    inspectLines(found, state, columns, stage.theme);
  stage.overlay = { kind: 'text', title: `Inspect · ${app.name}`, lines, top: 0 };
  stage.changed();
}

/** With the marked build; where none is marked, or it is this one, with the one before it. */
function compare(stage: Stage, app: DashboardApp): void {
  const { state, view } = stage.look(app);
  const build = cursorBuild(state, view);
  const at = state.builds.findIndex(({ number }) => number === build?.number);
  const marked = view.marked === build?.number ? undefined : findBuild(state, view.marked);
  const other = marked ?? state.builds[at - 1] ?? state.builds[at + 1];
  if (build === undefined || other === undefined) return;
  const lines = ({ columns }: { readonly columns: number }): string[] =>
    compareLines(state, other, build, columns, stage.theme);
  stage.overlay = { kind: 'text', title: 'Compare', lines, top: 0 };
}

function setMouse(stage: Stage): void {
  stage.hasMouse = !stage.hasMouse;
  stage.options.actions.mouse(stage.hasMouse);
  const own = 'the terminal has the mouse, to select text with; m takes it back';
  stage.message = stage.hasMouse ? 'the dashboard has the mouse again' : own;
}

function shell(stage: Stage, app: DashboardApp): void {
  const target = app.controls()?.shellTarget();
  if (target !== undefined) stage.options.actions.shell(target);
}

async function sendAgain(stage: Stage, app: DashboardApp): Promise<void> {
  const { state, view } = stage.look(app);
  const request = cursorRequest(state, view);
  if (request?.method === 'GET') await say(stage, stage.options.actions.sendAgain(urlOf(app), request.path));
}

async function say(stage: Stage, outcome: Promise<string>): Promise<void> {
  stage.message = await outcome;
  stage.changed();
}

async function save(stage: Stage, app: DashboardApp): Promise<void> {
  try {
    const lines = shownLines(stage.look(app), stage.arrangement(app));
    stage.message = `saved to ${await stage.options.actions.saveLog(app.name, lines)}`;
  } catch (error) {
    stage.message = `the logs could not be saved: ${error instanceof Error ? error.message : error}`;
  }
  stage.changed();
}

function* shownLines({ log, only }: Looked, { filter }: Arrangement): Generator<string> {
  const next = (line: number): number | undefined => (only === undefined ? log.next(line, filter) : only.next(line));
  for (let line = next(log.first); line !== undefined; line = next(line + 1)) {
    yield plainText(log.line(line)?.text ?? '');
  }
}
