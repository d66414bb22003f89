import type { Terminal } from '../context.ts';

/** The terminal's second screen, on which the dashboard leaves no trace on the first. */
export interface AlternateScreen {
  enter(): void;
  /** Takes it once more after a stop from outside (kill -STOP), during which the shell made the terminal its own. */
  enterAgain(): void;
  /** Whether the terminal reports the mouse, or has it for its own selection. */
  mouse(on: boolean): void;
  /** Gives the terminal back as it was; more than once does no harm. */
  leave(): void;
}

/** xterm's stack of titles: the window's is as it was in the end. */
const keepTitle = '\x1b[22;0t';
const restoreTitle = '\x1b[23;0t';
/** Clicks and the wheel, in a form without a limit for columns. */
const mouse = { on: '\x1b[?1000h\x1b[?1006h', off: '\x1b[?1006l\x1b[?1000l' };
/** Whether the window is in front, and what is pasted as such. */
const reports = '\x1b[?1004h\x1b[?2004h';
const noReports = '\x1b[?2004l\x1b[?1004l';

export function createAlternateScreen({ stdin, stdout }: Pick<Terminal, 'stdin' | 'stdout'>): AlternateScreen {
  let entered = false;
  let hasMouse = true;
  const show = (): void => void stdout.write(`\x1b[?1049h\x1b[?25l${reports}${hasMouse ? mouse.on : ''}\x1b[2J\x1b[H`);
  return {
    enter() {
      if (entered) return;
      entered = true;
      stdout.write(keepTitle);
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
    mouse(on) {
      hasMouse = on;
      if (entered) stdout.write(on ? mouse.on : mouse.off);
    },
    leave() {
      if (!entered) return;
      entered = false;
      if (stdin.isRaw) stdin.setRawMode(false);
      // Ends an update that a crash may have left half done, colours, and the hidden cursor.
      stdout.write(`\x1b[?2026l\x1b[0m${mouse.off}${noReports}${restoreTitle}\x1b[?25h\x1b[?1049l`);
    },
  };
}
