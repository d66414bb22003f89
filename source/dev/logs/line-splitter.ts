/** A longer line is cut into several, so that one endless line can't fill the memory. */
const longestLine = 64 * 1024;

/** Cuts what comes in pieces into lines, with what isn't ended yet at hand. */
export interface LineSplitter {
  /** The lines that this piece ends. */
  add(text: string): string[];
  /** The unfinished line as a terminal would show it now; '' when there is none. */
  readonly open: string;
  /** Ends the unfinished line. */
  end(): string[];
}

/**
 * @param clean makes a piece safe to show: of all control characters only newline, return, tab and colours come through
 */
export function createLineSplitter(clean: (text: string) => string): LineSplitter {
  let open = '';
  const close = (line: string): string => lastState(line);
  return {
    add(text) {
      const [first = '', ...others] = clean(text).split('\n');
      const lines = [open + first, ...others];
      open = lines.pop() ?? '';
      // A progress bar that never ends its line must not grow.
      if (open.includes('\r')) open = lastState(open) + (open.endsWith('\r') ? '\r' : '');
      const ended = lines.flatMap((line) => pieces(close(line)));
      if (open.length > longestLine) {
        ended.push(...pieces(lastState(open)));
        open = '';
      }
      return ended;
    },
    get open() {
      return lastState(open);
    },
    end() {
      const line = lastState(open);
      open = '';
      return line === '' ? [] : [line];
    },
  };
}

/** What a terminal would show of a line whose parts write over each other (`10%\r20%\r`). */
export function lastState(line: string): string {
  if (!line.includes('\r')) return line;
  const text = line.replace(/\r+$/, '');
  const shown = text.slice(text.lastIndexOf('\r') + 1);
  // A colour that was set before the return is still on.
  const colours = text.slice(0, text.length - shown.length).match(/\x1b\[[\d;:]*m/g);
  return colours === null ? shown : colours.slice(-1).join('') + shown;
}

function pieces(line: string): string[] {
  if (line.length <= longestLine) return [line];
  const cut: string[] = [];
  for (let at = 0; at < line.length; at += longestLine) cut.push(line.slice(at, at + longestLine));
  return cut;
}
