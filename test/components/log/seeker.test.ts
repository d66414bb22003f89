import { describe, expect, it } from 'vitest';
import { Seeker } from '../../../components/log/seeker.ts';
import { LogBuffer } from '../../../source/dev/logs/log-buffer.ts';

import { append, everyLine } from '../../support/pieces.ts';

function logOf(text: string): LogBuffer {
  const log = new LogBuffer();
  append(log, { text, source: 'app', stream: 'stdout', build: 1, at: 0 });
  return log;
}
const many = 'one\ntwo\n'.repeat(400_000);

/** The seeker on this log, and how to wait for it. */
function seek(log: LogBuffer) {
  let changes = 0;
  const seeker = new Seeker(() => {
    changes += 1;
  });
  return {
    seeker,
    look: (query: string | undefined) => seeker.use(log, { query, only: undefined }, everyLine),
    says: (words: string, line?: number) => expect.poll(() => seeker.describe(line), { timeout: 60_000 }).toBe(words),
    get changes() {
      return changes;
    },
  };
}

describe('the seeker', () => {
  it('looks through a large log in many small pieces, and says how far it is', async () => {
    const found = seek(logOf(many));
    found.look('two');
    expect(found.seeker.describe(undefined)).toBe('0… hits');
    await found.says('400,000 hits');
    await found.says('3 of 400,000', 5);
    expect(found.changes).toBeGreaterThan(1);
  });

  it('drops the search before when a new one begins', async () => {
    const { look, says } = seek(logOf(many));
    look('two');
    look('three');
    await says('no hits');
  });

  it('drops the search, and the jump that waits for it, when there is nothing to search for', async () => {
    const found = seek(logOf(many));
    const jumps: number[] = [];
    found.look('two');
    found.seeker.jump(0, 1, (line) => jumps.push(line));
    found.look(undefined);
    const { changes } = found;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(found.seeker.describe(undefined)).toBe('');
    expect(found.changes - changes).toBeLessThanOrEqual(1);
    expect(jumps).toEqual([]);
  });

  it('goes to a hit once all are known, also to one before', async () => {
    const { look, seeker, says } = seek(logOf(many));
    const jumps: number[] = [];
    look('two');
    seeker.jump(0, -1, (line) => jumps.push(line));
    expect(jumps).toEqual([]);
    await says('400,000 hits');
    expect(jumps).toEqual([799_999]);
  });

  it('looks for one error at a time, and for none when it is stopped', async () => {
    const log = logOf(`${many}error\n`);
    const { seeker } = seek(log);
    const first = seeker.nextError(log, -1, everyLine);
    const second = seeker.nextError(log, -1, everyLine);
    expect(await first).toBeUndefined();
    expect(await second).toBe(800_000);
    const third = seeker.nextError(log, -1, everyLine);
    seeker.stop();
    expect(await third).toBeUndefined();
  });
});
