import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface TerminalOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly columns?: number;
  readonly rows?: number;
}

/** A program in a terminal of its own, as a person has it before them. */
export function openTerminal(
  [program = '', ...args]: readonly string[],
  { cwd, env, columns = 100, rows = 30 }: TerminalOptions,
) {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const variables = { TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env };
  const child = pty.spawn(program, args, { cols: columns, rows, env: variables, ...(cwd && { cwd }) });
  child.onData((data) => screen.write(data));
  let isOver = false;
  const ended = new Promise((resolve) => child.onExit(resolve)).then(() => {
    isOver = true;
  });
  return {
    pid: child.pid,
    screen,
    ended,
    isOver: () => isOver,
    onData: (listen: (data: string) => void) => child.onData(listen),
    text(): string {
      const { active } = screen.buffer;
      const lines = Array.from({ length: screen.rows }, (_, row) => active.getLine(active.baseY + row));
      return lines.map((line) => line?.translateToString(true) ?? '').join('\n');
    },
    type: (keys: string) => child.write(keys),
    resize(toColumns: number, toRows: number) {
      child.resize(toColumns, toRows);
      screen.resize(toColumns, toRows);
    },
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Takes the terminal away, as closing its window does. */
    close() {
      if ('destroy' in child && typeof child.destroy === 'function') child.destroy();
    },
    /** Ends the program when it runs still. */
    async stop(): Promise<void> {
      if (!isOver) child.kill('SIGTERM');
      await ended;
    },
  };
}
