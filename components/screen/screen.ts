/** Begin and end of an update that a terminal shows at once (DEC 2026); others ignore them. */
const synchronized = ['\x1b[?2026h', '\x1b[?2026l'] as const;

/** Draws frames, writing only the rows that changed, each at its own place: nothing on the screen can shift. */
export interface Screen {
  draw(rows: readonly string[]): void;
  /** The next frame is drawn as a whole, on a cleared screen: after a resize, or when others have written there. */
  invalidate(): void;
}

/** @param dress what is added to a row when it's written, and doesn't show */
export function createScreen(
  write: (text: string) => void,
  rows: () => number,
  dress: (row: string) => string = (row) => row,
): Screen {
  let shown: readonly string[] | undefined;
  return {
    draw(frame) {
      const lines = frame.slice(0, rows());
      let text = shown === undefined ? '\x1b[0m\x1b[2J' : '';
      for (let row = 0; row < Math.max(lines.length, shown?.length ?? 0); row++) {
        const line = lines[row] ?? '';
        // Erased before it's written: an erase after the last column would take the character there.
        if (line !== (shown?.[row] ?? '')) text += `\x1b[${row + 1};1H\x1b[0m\x1b[2K${dress(line)}`;
      }
      shown = lines;
      if (text !== '') write(synchronized[0] + text + synchronized[1]);
    },
    invalidate() {
      shown = undefined;
    },
  };
}
