import { describe, expect, it } from 'vitest';
import { withCancellation } from '../../../source/cli/wiring/signals.ts';
import { fakeContext } from '../../support/cli-fakes.ts';

describe('withCancellation', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'aborts the work at %s with an error that exits with %i, and lets it clean up',
    async (name, exitCode) => {
      const context = fakeContext();
      const reason = await withCancellation(context, async (signal) => {
        context.send(name);
        await new Promise(setImmediate);
        return signal.reason;
      });
      expect(reason).toMatchObject({ code: 'cancelled', exitCode });
      expect(context.exits).toEqual([]);
    },
  );

  it('leaves signals alone once the work is over, also when it failed', async () => {
    const context = fakeContext();
    const work = withCancellation(context, async () => {
      expect(context.listening()).toBe(1);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(context.listening()).toBe(0);
  });
});
