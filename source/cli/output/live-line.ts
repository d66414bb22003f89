import { namedLine } from '../../terminal/columns.ts';
import { formatDuration } from '../../terminal/duration.ts';
import type { Write } from './write.ts';

/** The last line of a terminal, that shows how long the running step has taken and is gone before anything else is written. */
export interface LiveLine {
  started(step: string, at: number): void;
  /** How far it is. */
  says(step: string, text: string): void;
  finished(step: string): void;
  /** To be called before anything is written to the terminal. */
  erase(): string;
  stop(): void;
}

/** For pipes: there is no such line. */
export const noLiveLine: LiveLine = { started() {}, says() {}, finished() {}, erase: () => '', stop() {} };

/** @param blocked whether the cursor stands where nothing may be drawn now */
export function createLiveLine(write: Write, columns: () => number | undefined, blocked: () => boolean): LiveLine {
  const running = new Map<string, { readonly at: number; readonly text: string }>();
  let drawn = false;
  let quietSince = 0;
  let timer: NodeJS.Timeout | undefined;

  const erase = (): string => {
    const text = drawn ? '\r\x1b[K' : '';
    drawn = false;
    return text;
  };
  const draw = (): void => {
    const [oldest] = running;
    // Where output flows there is no need of it, and drawing between two pieces would only flicker.
    if (oldest === undefined || blocked() || Date.now() - quietSince < 1000) return;
    const [step, { at, text: far }] = oldest;
    const took = formatDuration(Date.now() - at, 0);
    const text = namedLine(step, far === '' ? took : `${far} · ${took}`).slice(0, (columns() ?? 80) - 1);
    void write(erase() + text);
    drawn = true;
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    started(step, at) {
      running.set(step, { at, text: '' });
      timer ??= setInterval(draw, 1000).unref();
    },
    says(step, text) {
      const before = running.get(step);
      if (before !== undefined) running.set(step, { ...before, text });
    },
    finished(step) {
      running.delete(step);
      if (running.size === 0) stop();
    },
    erase() {
      quietSince = Date.now();
      return erase();
    },
    stop,
  };
}
