import { currentBuild, describeStatus, isBusy, type Mood, shortDuration } from '../../source/dev/state/select.ts';
import type { BuildState, DevState } from '../../source/dev/state/state.ts';
import { clip, columnsOf, harmless, padEnd, padStart, spread } from '../../source/terminal/width.ts';
import { shortFailure } from '../steps/words.ts';
import type { Role } from '../theme/palettes.ts';
import { spinnerAt, type Theme } from '../theme/theme.ts';
import { Block } from './block.tsx';

export interface HeaderProps {
  /** `sti dev` */
  readonly title: string;
  readonly state: DevState;
  /** What is going on at this moment beside that, such as ending. */
  readonly notice: string | undefined;
  /** What the application uses of the machine. */
  readonly usage: string;
  readonly columns: number;
  readonly theme: Theme;
  readonly now: number;
}

const roleOf: Readonly<Record<Mood, Role>> = { calm: 'faint', busy: 'busy', good: 'good', bad: 'bad' };
/** From so many columns on all of it has room in one row. */
const wide = 120;

export function Header({ lines }: { readonly lines: readonly string[] }) {
  return <Block lines={lines} />;
}

/**
 * What is built from what, its state in words with the address, what it uses, and the last build. Its height depends on the
 * window alone: whatever happens, no pane below moves.
 */
export function headerLines(props: HeaderProps): string[] {
  const { title, state, columns, theme, now, usage, notice } = props;
  const { marks, paint } = theme;
  const image = `${harmless(state.tag ?? 'no tag')} ${marks.from} ${harmless(state.builder)}`;
  const what = ` ${title}${state.builder === '' ? '' : `  ${image}`}`;
  const last = theme.words(describeBuild(state, now));
  const named = (text: string): string => ` ${paint('strong', title)}${text.slice(title.length + 1)}`;
  if (columns < wide && notice !== undefined) {
    const [doing = '', help = ''] = theme.words(harmless(notice)).split(/ — |, (?=q or)/);
    const mark = spinnerAt(marks, now);
    const lines = [clip(` ${title}  ${doing}`, columns, marks.more), clip(` ${mark} ${help}`, columns, marks.more)];
    return [named(lines[0] ?? ''), paint('busy', lines[1] ?? '')];
  }
  if (columns < wide) {
    const top = spread(what, last, columns - 1, marks.more);
    const state = stateText(props, columns - 2);
    const room = columns - 2 - columnsOf(state);
    const end = usage === '' || columnsOf(usage) + 2 > room ? '' : paint('faint', padStart(usage, room));
    return [named(top), ` ${state}${end}`];
  }
  const left = clip(what, Math.floor(columns * 0.36), marks.more);
  // The address says more than what the application uses.
  const rights = [...(usage === '' ? [] : [`${usage}   ${last}`]), last];
  const rows = rights.map((right) => {
    const room = columns - columnsOf(left) - columnsOf(right) - 7;
    return `${named(left)}    ${padEnd(stateText(props, room), room)}  ${paint('faint', right)}`;
  });
  const url = notice === undefined ? describeStatus(state, now).url : undefined;
  return [rows.find((row) => url === undefined || row.includes(harmless(url))) ?? rows[0] ?? ''];
}

/** As much of the state as has room: the address first gives way, then the end of the words. */
function stateText({ state, notice, theme, now }: HeaderProps, room: number): string {
  const { paint, marks } = theme;
  const status = describeStatus(state, now);
  const mood = notice === undefined ? status.mood : 'busy';
  const mark = mood === 'busy' ? spinnerAt(marks, now) : mood === 'bad' ? marks.failed : marks.on;
  const words = theme.words(harmless(notice ?? shortFailure(status.words)));
  const short = words.replace(/^build (?=\d)/, '').replace(/still serving build/, 'still serving');
  const url = notice === undefined && status.url !== undefined ? `  ${harmless(status.url)}` : '';
  // Where there is no room for why a state was wrong, the logs have it.
  const brief = short.replace(/( was served wrong for [^:]*):.*$/, '$1');
  const choices = [
    words + url,
    short + url,
    ...(brief === short ? [] : [brief + url]),
    words,
    short,
    short.replace(/assemble (?=exit)/, ''),
  ].map((text) => `${mark} ${text}`);
  const text = choices.find((choice) => columnsOf(choice) <= room) ?? clip(choices.at(-1) ?? '', room, marks.more);
  const address = url !== '' && text.endsWith(url) ? url : '';
  return paint(roleOf[mood], text.slice(0, text.length - address.length)) + paint('link', address);
}

/** `build 7 · 183 ms` */
function describeBuild(state: DevState, now: number): string {
  const build = currentBuild(state);
  return build === undefined ? '' : `build ${build.number} · ${shortDuration(timeOf(build, now))}`;
}

export function timeOf(build: BuildState, now: number): number {
  return build.ms ?? now - build.at;
}

/** Whether the screen changes with the clock alone. */
export function isTicking(state: DevState): boolean {
  return isBusy(state) || (state.serving === undefined && state.builds.length === 0 && state.finished === undefined);
}
