import type { Output } from '../../terminal/output.ts';

/** The width of a terminal; undefined where there is none, or where it says 0 because it doesn't know. */
export function columnsOf({ columns }: Output): number | undefined {
  return columns || undefined;
}

export type Write = (text: string) => void | Promise<void>;

/**
 * Writes to a stream; the promise it returns when the stream is full is kept once the stream has room or is gone. After a
 * write that failed it is quiet: whoever owns the stream hears of that.
 */
export function createWrite(output: Output): Write {
  let room: Promise<void> | undefined;
  let failed = false;
  const note = (error: Error | null | undefined): void => {
    if (error) failed = true;
  };
  return (text) => {
    if (text === '' || failed || output.destroyed || output.write(text, note)) return;
    room ??= new Promise<void>((resolve) => {
      const done = (): void => {
        output.off('drain', done).off('close', done);
        room = undefined;
        resolve();
      };
      output.on('drain', done).on('close', done);
    });
    return room;
  };
}
