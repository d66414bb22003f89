import { EventEmitter } from 'node:events';
import xterm from '@xterm/headless';
import type { DashboardActions, DashboardApp } from '../../components/model/actions.ts';
import { mount } from '../../components/mount.tsx';
import type { Look } from '../../components/theme/theme.ts';

const quiet: DashboardActions = {
  openUrl: async () => '',
  saveLog: async () => '',
  sendAgain: async () => '',
  shell() {},
  copy() {},
  edit() {},
  mouse() {},
  suspend() {},
  quit() {},
};

export interface ShownScreen {
  /** What a person sees, without the spaces at the lines' ends. */
  text(): Promise<string>;
  /** Whether the character at this place is drawn inverse. */
  isInverse(row: number, column: number): boolean;
  /** The colour of the character at this place, if it is one of 24 bits. */
  colourOf(row: number, column: number): number | undefined;
  /** Whether any character has a colour, of its own or behind it. */
  isColoured(): boolean;
  press(keys: string): Promise<void>;
  /** The same, without a wait for what comes of it. */
  type(keys: string): void;
  resize(columns: number, rows: number): Promise<void>;
  /** How often something was written. */
  readonly writes: number;
  announceEnd(what: string): void;
  close(): void;
}

/** The dashboard on a terminal of its own. */
export function showScreen(
  apps: readonly DashboardApp[],
  [columns, rows]: readonly [number, number],
  {
    look = { depth: 8, unicode: true } as Look,
    title = 'sti dev',
    now = 10_000,
    actions = {} as Partial<DashboardActions>,
  } = {},
): ShownScreen {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  // As the command line does it for the real one.
  terminal.write('\x1b[?1049h');
  let writes = 0;
  const stdout: NodeJS.WriteStream = Object.assign(Object.create(new EventEmitter()), {
    isTTY: true,
    columns,
    rows,
    write(text: string) {
      writes += 1;
      terminal.write(text);
      return true;
    },
  });
  const typed: string[] = [];
  const stdin: NodeJS.ReadStream = Object.assign(Object.create(new EventEmitter()), {
    isTTY: true,
    setEncoding() {},
    setRawMode() {},
    ref() {},
    unref() {},
    pause() {},
    read: () => typed.shift() ?? null,
  });
  const dashboard = mount({ stdin, stdout, title, apps, look, now: () => now, actions: { ...quiet, ...actions } });
  const settled = async (): Promise<void> => {
    // A frame comes at most every 33 ms, after the store's own news.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise<void>((resolve) => terminal.write('', resolve));
  };
  return {
    async text() {
      await settled();
      const { buffer } = terminal;
      const lines = Array.from({ length: terminal.rows }, (_none, row) =>
        (buffer.active.getLine(row)?.translateToString() ?? '').trimEnd(),
      );
      return lines.join('\n');
    },
    isInverse: (row, column) => terminal.buffer.active.getLine(row)?.getCell(column)?.isInverse() === 1 << 26,
    colourOf(row, column) {
      const cell = terminal.buffer.active.getLine(row)?.getCell(column);
      return cell?.isFgRGB() ? cell.getFgColor() : undefined;
    },
    isColoured() {
      const cells = Array.from({ length: terminal.rows * terminal.cols }, (_none, at) =>
        terminal.buffer.active.getLine(Math.floor(at / terminal.cols))?.getCell(at % terminal.cols),
      );
      return cells.some((cell) => cell?.isFgDefault() === false || cell?.isBgDefault() === false);
    },
    type(keys) {
      typed.push(keys);
      stdin.emit('readable');
    },
    async press(keys) {
      typed.push(keys);
      stdin.emit('readable');
      await settled();
    },
    async resize(toColumns, toRows) {
      // xterm.js reads what was written later, but takes a new size at once.
      await settled();
      terminal.resize(toColumns, toRows);
      stdout.columns = toColumns;
      stdout.rows = toRows;
      stdout.emit('resize');
      await settled();
    },
    get writes() {
      return writes;
    },
    announceEnd: dashboard.announceEnd,
    close: () => dashboard.close(),
  };
}
