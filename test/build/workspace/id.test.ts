import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSessionId, machineHash, newSessionId, parseSessionId } from '../../../source/build/workspace/id.ts';

describe('session ids', () => {
  it('are read back from the names of folders and containers', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 4_194_304 }),
        fc.constantFrom('', '-build-1', '-save-2'),
        (identity, pid, rest) => {
          const id = newSessionId(identity, pid);
          expect(parseSessionId(formatSessionId(id) + rest)).toEqual(id);
        },
      ),
    );
  });

  it.each([
    'sti-kept-abc123',
    'sti-test-x',
    'sti-a1b2c3-12',
    'my-sti-a1b2c3-12-01234567',
    'sti-a1b2c3-12-0123456789',
    'sti',
  ])('are not seen in %s', (name) => {
    expect(parseSessionId(name)).toBeUndefined();
  });

  it('tell machines apart', () => {
    expect(machineHash('one')).not.toBe(machineHash('two'));
  });
});
