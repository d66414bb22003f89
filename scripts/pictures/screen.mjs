// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { bundle } from '../project.mjs';
import { cellsOf } from './cells.mjs';

const cols = 100;
const rows = 30;
const patience = 60_000;
/** A screen that stays as it is for this long has come to rest; milliseconds. */
const rest = 700;

/**
 * sti in a terminal of its own, as a person has it before them.
 *
 * @typedef {object} Screen
 * @property {(key: string) => void} press
 * @property {(...texts: RegExp[]) => Promise<void>} shows resolves when the screen shows all of them and has come to rest
 * @property {() => import('./svg.mjs').Cell[][]} cells
 * @property {() => string} text
 *
 * @param {import('../terminal.mjs').Script} script ends sti at its end
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Screen & { end: () => Promise<void> }}
 */
export function openSti(script, args, { cwd, env }) {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  const sti = pty.spawn(process.execPath, [bundle, ...args], { cols, rows, cwd, env });
  sti.onData((data) => terminal.write(data));
  let isOver = false;
  const over = new Promise((resolve) => sti.onExit(resolve)).then(() => {
    isOver = true;
  });
  const end = async () => {
    if (!isOver) sti.kill('SIGTERM');
    await over;
  };
  script.defer(end);
  const text = () => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: rows }, (_none, row) => active.getLine(active.baseY + row));
    return lines.map((line) => line?.translateToString(true) ?? '').join('\n');
  };
  return {
    press: (key) => sti.write(key),
    cells: () => cellsOf(terminal),
    text,
    end,
    shows: async (...texts) => {
      const giveUp = Date.now() + patience;
      for (let before = ''; ; before = text()) {
        const now = text();
        const wanted = texts.find((expected) => !expected.test(now));
        if (!wanted && now === before) return;
        if (isOver || Date.now() > giveUp)
          throw new Error(`${now}\nThe screen does not show ${wanted ?? 'one thing'}.`);
        await sleep(rest, undefined, { signal: script.signal });
      }
    },
  };
}
