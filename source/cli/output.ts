import type { Output } from './context.ts';

/** The width of a terminal; undefined where there is none, or where it says 0 because it doesn't know. */
export function columnsOf({ columns }: Output): number | undefined {
  return columns || undefined;
}

export type Write = (text: string) => void | Promise<void>;

/** Writes to a stream; the promise it returns when the stream is full is kept once the stream has room or is gone. */
export function createWrite(output: Output): Write {
  let room: Promise<void> | undefined;
  return (text) => {
    if (text === '' || output.destroyed || output.write(text)) return;
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
