import { describe, expect, it } from 'vitest';
import { createLines } from '../../../source/cli/output/lines.ts';
import { createWrite } from '../../../source/cli/output/write.ts';
import { log } from '../../support/build-events.ts';
import { FakeOutput, FakePipe } from '../../support/cli-fakes.ts';

const settled = async (promise: void | Promise<void>) => {
  let is = false;
  void Promise.resolve(promise).then(() => {
    is = true;
  });
  await new Promise(setImmediate);
  return is;
};

describe('createWrite', () => {
  it('returns nothing while the stream has room', () => {
    expect(createWrite(new FakePipe())('text')).toBeUndefined();
  });

  it('returns a promise that waits for a full stream', async () => {
    const output = new FakeOutput({ slow: true });
    const waiting = createWrite(output)('text');
    expect(await settled(waiting)).toBe(false);
    output.release();
    expect(await settled(waiting)).toBe(true);
  });

  it('does not wait for a stream that is gone', async () => {
    const output = new FakeOutput({ slow: true });
    const write = createWrite(output);
    const waiting = write('text');
    output.destroy();
    expect(await settled(waiting)).toBe(true);
    expect(write('more')).toBeUndefined();
    expect(output.text).toBe('text');
  });

  it('adds listeners once, however much waits', () => {
    const output = new FakeOutput({ slow: true });
    const write = createWrite(output);
    for (let count = 0; count < 50; count++) void write('text');
    expect(output.listenerCount('drain')).toBe(1);
  });
});

describe('a face', () => {
  it('makes a script wait for a slow reader', async () => {
    const stderr = new FakeOutput({ slow: true });
    const options = { verbose: false, quiet: false, colour: false };
    const face = createLines({ stderr, stdout: new FakePipe(), engine: () => 'docker', ...options });
    const waiting = face.emit(log('text\n'));
    expect(await settled(waiting)).toBe(false);
    stderr.release();
    expect(await settled(waiting)).toBe(true);
  });
});
