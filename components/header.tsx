import { looksLikeError } from '../source/dev/logs/error-lines.ts';
import { currentBuild, describeStatus, isBusy, type Mood, shortDuration } from '../source/dev/state/select.ts';
import type { BuildState, DevState } from '../source/dev/state/state.ts';
import { Block } from './block.tsx';
import { shortFailure } from './step-words.ts';
import { clip, columnsOf, harmless, padEnd, spread, wrapWords } from './text.ts';
import { type Style, spinnerAt, type Theme } from './theme.ts';

export interface HeaderProps {
  /** `sti dev` */
  readonly title: string;
  readonly state: DevState;
  /** What is going on at this moment beside that, such as ending. */
  readonly notice: string | undefined;
  readonly columns: number;
  readonly theme: Theme;
  readonly now: number;
}

const styleOf: Readonly<Record<Mood, Style>> = { calm: 'faint', busy: 'busy', good: 'good', bad: 'bad' };

/** Columns of `● building` with the space around, and of `build 12 · 183 ms`. */
const usualWords = 17;
const shortLast = 18;

export function Header({ lines }: { readonly lines: readonly string[] }) {
  return <Block lines={lines} />;
}

/**
 * What is built from what, its state in words, and the last build. The state has a line of its own where one line has no
 * room for all, and a failure has one more for what to try.
 */
export function headerLines({ title, state, notice, columns, theme, now }: HeaderProps): string[] {
  const { marks, paint } = theme;
  const status = describeStatus(state);
  const words = theme.words(harmless(notice ?? shortFailure(status.words)));
  const mood = notice === undefined ? status.mood : 'busy';
  const mark = markOf(mood, theme, now);
  const image = `${harmless(state.tag ?? 'no tag')} ${marks.from} ${harmless(state.builder)}`;
  const what = ` ${title}${state.builder === '' ? '' : `  ${image}`}`;
  const build = theme.words(describeBuild(state, now));
  const url = notice === undefined && status.url !== undefined ? `  ${harmless(status.url)}` : '';
  const named = (text: string): string =>
    text.startsWith(` ${title}`) ? ` ${paint('strong', title)}${text.slice(title.length + 1)}` : text;
  // Reckoned with the longest usual words, so that the panes below don't move with every save.
  const usual = columnsOf(what) + usualWords + columnsOf(status.url ?? '') + shortLast;
  if (
    mood !== 'bad' &&
    usual <= columns &&
    columnsOf(words) + columnsOf(url) <= columns - columnsOf(what) - shortLast
  ) {
    const state = `${mark} ${words}`;
    const room = columns - columnsOf(what + state + url) - 5;
    const end = clip(columnsOf(build) <= room ? build : build.replace(/ \S+ \d+ files?$/, ''), room, marks.more);
    const gap = Math.max(4, Math.floor((columns - columnsOf(what + state + url + end) - 1) / 2));
    const left = `${named(what)}${' '.repeat(gap)}${paint(styleOf[mood], state)}${paint('link', url)}`;
    return [`${padEnd(left, columns - columnsOf(end) - 1)}${paint('faint', end)}`];
  }
  const top = spread(what, build, columns - 1, marks.more);
  const lines = wrapToTwo(words, columns - 3, marks.more).map((line) => paint(styleOf[mood], line));
  const last = lines.length - 1;
  // The address has a row of its own rather than to be missing.
  if (columnsOf(lines[last] ?? '') + columnsOf(url) <= columns - 3) lines[last] += paint('link', url);
  else lines.push(paint('link', clip(url.trimStart(), columns - 3, marks.more)));
  const shown = lines.map((line, index) => (index === 0 ? ` ${paint(styleOf[mood], mark)} ${line}` : `   ${line}`));
  const more = notice === undefined ? [...reason(state, columns, theme), ...advice(state, columns, theme)] : [];
  return [named(top), ...shown, ...more];
}

function wrapToTwo(text: string, columns: number, more: string): string[] {
  const [first = '', ...others] = wrapWords(text, columns);
  return others.length === 0 ? [first] : [first, clip(others.join(' '), columns, more)];
}

/** The last line of a failure that looks like an error, else the last one: in the log it may be out of sight. */
function reason(state: DevState, columns: number, { paint, marks }: Theme): string[] {
  const lines = (currentBuild(state)?.failure?.lastLines ?? []).map(harmless).filter((text) => text.trim() !== '');
  const line = lines.findLast((text) => looksLikeError(text)) ?? lines.at(-1);
  return line === undefined ? [] : [`   ${paint('strong', clip(line.trim(), columns - 3, marks.more))}`];
}

function advice(state: DevState, columns: number, theme: Theme): string[] {
  const hint = currentBuild(state)?.failure?.hint ?? adviceOnExit(state);
  if (hint === undefined) return [];
  const lines = wrapToTwo(theme.words(`Try: ${harmless(hint)}`), columns - 3, theme.marks.more);
  return lines.map((line) => `   ${line}`);
}

function adviceOnExit({ exited, finished }: DevState): string | undefined {
  return exited === undefined || finished !== undefined
    ? undefined
    : 'Read its last lines; r starts it again, and so does the next save.';
}

function markOf(mood: Mood, { marks }: Theme, now: number): string {
  if (mood === 'busy') return spinnerAt(marks, now);
  return mood === 'bad' ? marks.failed : marks.on;
}

/** `build 7 · 183 ms · 3 files` */
function describeBuild(state: DevState, now: number): string {
  const build = currentBuild(state);
  if (build === undefined) return '';
  const files = build.changed === 0 ? [] : [`${build.changed} ${build.changed === 1 ? 'file' : 'files'}`];
  return [`build ${build.number}`, shortDuration(timeOf(build, now)), ...files].join(' · ');
}

export function timeOf(build: BuildState, now: number): number {
  return build.ms ?? now - build.at;
}

/** Whether the screen changes with the clock alone. */
export function isTicking(state: DevState): boolean {
  return isBusy(state) || (state.serving === undefined && state.builds.length === 0 && state.finished === undefined);
}
