import { clockTime, shortDuration } from '../../source/dev/state/select.ts';
import type { BuildState } from '../../source/dev/state/state.ts';
import { clipStart, harmless, wrapWords } from '../../source/terminal/width.ts';
import { type FileHere, withFilesHere } from '../log/files.ts';
import { timeOf } from '../panes/header.tsx';
import type { Size } from '../screen/layout.ts';
import type { Theme } from '../theme/theme.ts';

/** All about one build but its steps: outcome, total, clock, why it failed, why it went the way it did, what was changed. */
export function openedLines(
  build: BuildState,
  steps: readonly string[],
  size: Size,
  theme: Theme,
  { now, fileHere }: { readonly now: number; readonly fileHere: FileHere },
): string[] {
  const { paint, marks } = theme;
  const { failure, path, changed, changes, end, at } = build;
  const block = (text: string): string[] =>
    wrapWords(theme.words(withFilesHere(harmless(text), fileHere).text), size.columns);
  const more = changed - changes.length;
  const outcome = {
    running: 'under way',
    served: 'served',
    built: 'built',
    failed: 'failed',
    superseded: 'superseded',
  }[end];
  const total = end === 'running' ? '' : ` ${end === 'served' ? 'in' : 'after'} ${shortDuration(timeOf(build, now))}`;
  return [
    ...block(`${outcome}${total} · saved at ${clockTime(at)}`).map((line) =>
      paint(end === 'failed' ? 'bad' : 'strong', line),
    ),
    '',
    ...steps,
    '',
    ...(failure === undefined
      ? []
      : [
          ...block(failure.message).map((line) => paint('bad', line)),
          ...block(failure.hint === undefined ? '' : `Try: ${failure.hint}`),
          '',
        ]),
    ...(path === undefined ? [] : block(path).map((line) => paint('faint', line))),
    ...(changed === 0 ? block(`why: ${build.why}`) : [`${changed} changed:`]),
    ...changes.map((file) => clipStart(`  ${harmless(file)}`, size.columns, marks.more)),
    ...(more > 0 ? [`  +${more}`] : []),
  ].slice(0, size.rows);
}
