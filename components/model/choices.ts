import { describeStatus } from '../../source/dev/state/select.ts';
import { troubleOf } from '../../source/dev/state/trouble.ts';
import { plainText } from '../../source/terminal/plain.ts';
import { harmless } from '../../source/terminal/width.ts';
import type { Command, Facts } from '../keys/commands.ts';
import { keyMap } from '../keys/map.ts';
import type { Arrangement, Looked } from '../screen/arrange.ts';
import type { DashboardActions, DashboardApp } from './actions.ts';
import type { Choice, Overlay } from './overlay.ts';

interface Chooser {
  readonly options: { readonly actions: DashboardActions };
  message: string | undefined;
  facts(): Facts;
  do(command: Command): void;
  look(app: DashboardApp): Looked;
  arrangement(app: DashboardApp): Arrangement;
}

/** Every command, by what it does, with its key, and why it can't do anything now. */
export function palette(chooser: Chooser): Overlay {
  const facts = chooser.facts();
  const choices = keyMap
    .filter(({ help, command }) => help !== '' && command !== 'palette')
    .map(({ help, keys, command, whyNot }): Choice => {
      const why = whyNot(facts);
      const act = (): void => {
        if (why === undefined) chooser.do(command);
        else chooser.message = why;
      };
      return { name: command.replaceAll('-', ' '), label: help, detail: keys[0] ?? '', why, act };
    });
  return { kind: 'choose', title: 'Commands', choices, query: '', cursor: 0 };
}

/** What there is to copy. */
export function copyChoices(chooser: Chooser, app: DashboardApp): Overlay {
  const { state, log, view } = chooser.look(app);
  const { shown } = chooser.arrangement(app);
  const line = log.line(view.log.line ?? shown.at(-1)?.line ?? -1)?.text;
  const trouble = troubleOf(state);
  const error = trouble && [trouble.what, trouble.cause].filter((text) => text !== undefined).join('\n');
  const run = state.image === undefined ? undefined : `docker run --rm -P ${state.tag ?? state.image.imageId}`;
  const copyable: readonly (readonly [string, string | undefined])[] = [
    ['the error', error],
    ['the line', line === undefined ? undefined : plainText(line)],
    ['the address', describeStatus(state).url],
    ['a command that runs the image', run],
  ];
  const choices = copyable.flatMap(([label, text]): Choice[] => {
    if (text === undefined || text === '') return [];
    const act = (): void => {
      chooser.options.actions.copy(text);
      chooser.message = `copied ${label}: ${harmless(text)}`;
    };
    return [{ label, detail: text, act }];
  });
  return { kind: 'choose', title: 'Copy', choices, query: '', cursor: 0 };
}
