import { setTimeout as sleep } from 'node:timers/promises';
import { openTerminal, type TerminalOptions } from '../../test/support/terminal.ts';
import { bundle } from '../project.mjs';
import type { Script } from '../terminal.mjs';

const patience = 60_000;
/** A screen that stays as it is for this long has come to rest; milliseconds. */
const rest = 700;

export type Screen = ReturnType<typeof openSti>;

/** sti in a terminal of its own, which ends with the script. */
export function openSti({ signal, defer }: Script, args: readonly string[], options: TerminalOptions) {
  const { screen, text, type, isOver, stop, resize, onData } = openTerminal(
    [process.execPath, bundle, ...args],
    options,
  );
  defer(stop);
  const until = async (texts: readonly RegExp[], isAtRest: boolean): Promise<void> => {
    const giveUp = Date.now() + patience;
    for (let before = ''; ; before = text()) {
      const now = text();
      const wanted = texts.find((expected) => !expected.test(now));
      if (!wanted && (now === before || !isAtRest)) return;
      if (isOver() || Date.now() > giveUp)
        throw new Error(`${now}\nThe screen does not show ${wanted ?? 'one thing'}.`);
      await sleep(isAtRest ? rest : 50, undefined, { signal });
    }
  };
  return {
    terminal: screen,
    text,
    press: type,
    end: stop,
    resize,
    onData,
    /** Resolves when the screen shows all of them and has come to rest. */
    shows: (...texts: readonly RegExp[]) => until(texts, true),
    /** Resolves when the screen shows all of them. */
    showsNow: (...texts: readonly RegExp[]) => until(texts, false),
  };
}
