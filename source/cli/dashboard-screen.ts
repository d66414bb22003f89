import type { Terminal } from './context.ts';

/** The terminal's second screen, on which the dashboard leaves no trace on the first. */
export interface AlternateScreen {
  enter(): void;
  /** Gives the terminal back as it was; more than once does no harm. */
  leave(): void;
}

export function createAlternateScreen({ stdin, stdout }: Pick<Terminal, 'stdin' | 'stdout'>): AlternateScreen {
  let entered = false;
  return {
    enter() {
      if (entered) return;
      entered = true;
      stdout.write('\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H');
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
