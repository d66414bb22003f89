import type { ChangedFile } from '../../source/build/events.ts';
import { shortDuration } from '../../source/dev/state/select.ts';
import type { BuildState, DevState } from '../../source/dev/state/state.ts';
import { formatBytes } from '../../source/terminal/units.ts';
import { clipStart, harmless, padEnd, padStart } from '../../source/terminal/width.ts';
import { barOf } from '../theme/bars.ts';
import type { Theme } from '../theme/theme.ts';

/** What two builds differ in: times of steps, files of the source that were saved from one to the other, files of the image. */
export function compareLines(
  state: DevState,
  one: BuildState,
  other: BuildState,
  columns: number,
  theme: Theme,
): string[] {
  const { paint, words } = theme;
  const [from, to] = one.number < other.number ? [one, other] : [other, one];
  const heading = (text: string): string[] => ['', paint('strong', words(text))];
  const saved = state.builds.filter(({ number }) => number > from.number && number <= to.number);
  const files = [...new Set(saved.flatMap(({ changes }) => changes))];
  const more = saved.reduce((sum, { changed, changes }) => sum + changed - changes.length, 0);
  return [
    paint('strong', words(`build ${from.number}, ${outcome(from)} · build ${to.number}, ${outcome(to)}`)),
    '',
    paint('strong', padEnd('Steps', 12)) + paint('faint', `${title(from)}${' '.repeat(11)}${title(to)}`),
    ...stepLines(from, to, theme),
    ...heading(`Source: ${files.length + more} changed in ${saved.length} ${saved.length === 1 ? 'save' : 'saves'}`),
    ...files.map((file) => `  ${clipStart(harmless(file), columns - 2, theme.marks.more)}`),
    ...(more > 0 ? [`  +${more}`] : []),
    ...heading('Image, over its builder'),
    ...imageLines(from, to, columns, theme),
  ];
}

/** Above what is told of it. */
function title({ number }: BuildState): string {
  return padStart(`build ${number}`, 9);
}

function outcome({ end, ms }: BuildState): string {
  return ms === undefined ? end : `${end} in ${shortDuration(ms)}`;
}

function stepLines(from: BuildState, to: BuildState, theme: Theme): string[] {
  const names = [...new Set([...from.steps, ...to.steps].map(({ name }) => name))];
  const times = (build: BuildState) => new Map(build.steps.map(({ name, ms }) => [name, ms]));
  const [before, after] = [times(from), times(to)];
  const most = Math.max(1, ...[...before.values(), ...after.values()].map((ms) => ms ?? 0));
  const cell = (ms: number | undefined): string =>
    `${padStart(ms === undefined ? '' : shortDuration(ms), 9)} ${theme.paint('bar', ms === undefined ? ' '.repeat(8) : barOf(ms / most, 8, theme))}`;
  const measured = names.filter((name) => before.get(name) !== undefined || after.get(name) !== undefined);
  return measured.map((name) => `  ${padEnd(name, 10)}${cell(before.get(name))}  ${cell(after.get(name))}`);
}

function imageLines(from: BuildState, to: BuildState, columns: number, { paint, marks, words }: Theme): string[] {
  if (from.image === undefined || to.image === undefined)
    return [paint('faint', '  not both have an image that is remembered')];
  const keyed = (changes: readonly ChangedFile[]) => new Map(changes.map((file) => [file.path, file]));
  const [before, after] = [keyed(from.image), keyed(to.image)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => {
    const [a, b] = [before.get(path), after.get(path)];
    return a?.bytes !== b?.bytes || a?.kind !== b?.kind;
  });
  const size = (file: ChangedFile | undefined): string =>
    padStart(file === undefined ? words('—') : file.kind === 'deleted' ? 'deleted' : formatBytes(file.bytes), 9);
  if (paths.length === 0) return [paint('faint', '  the same files, of the same sizes')];
  return [
    paint('faint', `  ${title(from)} ${title(to)}`),
    ...paths
      .toSorted()
      .map(
        (path) =>
          `  ${size(before.get(path))} ${size(after.get(path))}  ${clipStart(harmless(path), columns - 23, marks.more)}`,
      ),
  ];
}
