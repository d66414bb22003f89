import type { Terminal } from './context.ts';

/** The terminal's second screen, on which the dashboard leaves no trace on the first. */
export interface AlternateScreen {
  enter(): void;
  /** Takes it once more after a stop from outside (kill -STOP), during which the shell made the terminal its own. */
  enterAgain(): void;
  /** Gives the terminal back as it was; more than once does no harm. */
  leave(): void;
}

export function createAlternateScreen({ stdin, stdout }: Pick<Terminal, 'stdin' | 'stdout'>): AlternateScreen {
  let entered = false;
  const show = (): void => void stdout.write('\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H');
  return {
    enter() {
      if (entered) return;
      entered = true;
      show();
    },
    enterAgain() {
      if (!entered) return;
      if (stdin.isRaw) {
        // Node.js does nothing for a mode that it believes to be on.
        stdin.setRawMode(false);
        stdin.setRawMode(true);
      }
      show();
    },
    leave() {
      if (!entered) return;
      entered = false;
      if (stdin.isRaw) stdin.setRawMode(false);
      // Ends an update that a crash may have left half done, colours, and the hidden cursor.
      stdout.write('\x1b[?2026l\x1b[0m\x1b[?25h\x1b[?1049l');
    },
  };
}
