import { Writable } from 'node:stream';
import type { Output } from '../../terminal/output.ts';
import { columnsOf, createWrite } from './write.ts';

/** How long a line waits for its end: a face has waited before; milliseconds. */
const patience = 100;

/**
 * An output that hands whole lines on to another one, each changed on its way; what stands in the last line without a
 * newline goes out a moment later, as a line. As slow as the other one.
 * @param widening by how much a change makes a line longer: there is less room by that
 */
export function createLineOutput(target: Output, change: (line: string) => string, widening = 0): Output {
  const write = createWrite(target);
  let unfinished = '';
  const handOn = (lines: readonly string[], done: () => void): void => {
    const full = write(lines.map((line) => `${change(line)}\n`).join(''));
    if (full === undefined) done();
    else void Promise.resolve(full).then(done);
  };
  let timer: NodeJS.Timeout | undefined;
  const handOnRest = (done = () => {}): void => {
    clearTimeout(timer);
    const rest = unfinished;
    unfinished = '';
    handOn(rest === '' ? [] : [rest], done);
  };
  const output = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      clearTimeout(timer);
      const lines = (unfinished + String(chunk)).split('\n');
      unfinished = lines.pop() ?? '';
      if (unfinished !== '') timer = setTimeout(handOnRest, patience).unref();
      handOn(lines, done);
    },
    final(done) {
      handOnRest(done);
    },
  });
  const columns = columnsOf(target);
  return columns === undefined ? output : Object.assign(output, { columns: Math.max(20, columns - widening) });
}
