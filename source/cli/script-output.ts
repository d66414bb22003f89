import { createTerminalFilter } from './terminal-text.ts';

export type Stream = 'stdout' | 'stderr';

/** Lays out a script's output as an indented block. It writes nothing itself: it returns the text to write. */
export interface ScriptOutput {
  add(stream: Stream, text: string): string;
  /** Ends the lines that are still unfinished, so that something else can be written below. */
  end(): string;
  /** Whether the cursor stands behind an unfinished line, or the script's colour is still on. */
  readonly unfinished: boolean;
}

/** How much of an unfinished line is kept back for a pipe; a longer line is cut into several. */
const longestLine = 1024 * 1024;

/** For pipes and files: whole lines only, and of a line that was written over (`10%\r20%\r`) its last state. */
export function createPipedOutput(indent: string, keepColour: boolean): ScriptOutput {
  const filters = { stdout: createTerminalFilter(keepColour), stderr: createTerminalFilter(keepColour) };
  const pending = { stdout: '', stderr: '' };
  let coloured = false;
  const show = (lines: readonly string[]): string => {
    const shown = lines
      .map(lastState)
      .map((line) => (line === '' ? '\n' : `${indent}${line}\n`))
      .join('');
    coloured = endsColoured(shown, coloured);
    return shown;
  };
  return {
    unfinished: false,
    add(stream, text) {
      const [first = '', ...others] = filters[stream](text).split('\n');
      const lines = [pending[stream] + first, ...others];
      const last = lines.pop() ?? '';
      pending[stream] = last.includes('\r') ? lastState(last) + (last.endsWith('\r') ? '\r' : '') : last;
      if (pending[stream].length > longestLine) {
        lines.push(pending[stream]);
        pending[stream] = '';
      }
      return show(lines);
    },
    end() {
      const rest = show([pending.stdout, pending.stderr].filter((text) => text !== ''));
      const reset = coloured ? '\x1b[0m' : '';
      pending.stdout = '';
      pending.stderr = '';
      coloured = false;
      return rest + reset;
    },
  };
}

/** What a terminal would show of a line whose parts write over each other. */
export function lastState(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
}

/** For terminals: every piece at once, and a line that is written over is written over in place. */
export function createTerminalOutput(indent: string, keepColour: boolean): ScriptOutput {
  const filters = { stdout: createTerminalFilter(keepColour), stderr: createTerminalFilter(keepColour) };
  let open: Stream | undefined;
  let returned = false;
  let coloured = false;

  const lineStart = (): string => {
    if (open === undefined) return indent;
    return returned ? `\r\x1b[K${indent}` : '';
  };
  const newline = (): string => {
    open = undefined;
    returned = false;
    return '\n';
  };

  return {
    get unfinished() {
      return open !== undefined || coloured;
    },
    add(stream, text) {
      let shown = open !== undefined && open !== stream ? newline() : '';
      for (const part of filters[stream](text).split(/([\r\n])/)) {
        if (part === '\n') shown += newline();
        else if (part === '\r') returned = open !== undefined;
        else if (part !== '') {
          shown += lineStart() + part;
          open = stream;
          returned = false;
        }
      }
      coloured = endsColoured(shown, coloured);
      return shown;
    },
    end() {
      const reset = coloured ? '\x1b[0m' : '';
      coloured = false;
      return reset + (open === undefined ? '' : newline());
    },
  };
}

/** Whether a colour is on after the text, going by its last colour sequence. */
function endsColoured(text: string, before: boolean): boolean {
  const last = [...text.matchAll(/\x1b\[([\d;:]*)m/g)].at(-1)?.[1];
  return last === undefined ? before : !/^[0;]*$/.test(last);
}
