import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { birthOf, formatSessionId, machineHash, type SessionId } from '../../../source/build/workspace/id.ts';
import { deadSessions, processLives } from '../../../source/build/workspace/sweep.ts';

const here = machineHash('this machine');
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const session = fc.record({
  machine: fc.oneof(fc.constant(here), hex(6)),
  pid: fc.integer({ min: 1, max: 5 }),
  birth: hex(4),
  random: hex(4),
});
const name = fc.oneof(
  fc
    .tuple(session, fc.constantFrom('', '-build-1', '-probe-2', '-app-3'))
    .map(([id, rest]) => formatSessionId(id) + rest),
  fc.string(),
  fc.constantFrom('sti-kept-a1b2c3', 'sti-test-1', `sti-${here}-1`, `x-sti-${here}-1-00000000`),
);

describe('the sweep', () => {
  it('takes every session of this machine whose process is gone, once, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(name), fc.array(session), fc.func(fc.boolean()), (others, ours, alive) => {
        const names = [...others, ...ours.map(formatSessionId), ...ours.map((id) => `${formatSessionId(id)}-build-1`)];
        const lives = ({ pid, birth }: Pick<SessionId, 'pid' | 'birth'>) => alive(pid, birth);
        const dead = deadSessions(names, here, lives);
        const expected = ours.filter((id) => id.machine === here && !lives(id)).map(formatSessionId);
        expect(dead).toEqual(expect.arrayContaining(expected));
        expect(new Set(dead).size).toBe(dead.length);
        for (const taken of dead) {
          expect(taken).toMatch(new RegExp(`^sti-${here}-\\d+-[0-9a-f]{8}$`));
          expect(names.some((one) => one === taken || one.startsWith(`${taken}-`))).toBe(true);
        }
      }),
    );
  });
});

describe('the process of a session', () => {
  const mine = birthOf(process.pid);

  it('lives while it runs', () => {
    expect(processLives({ pid: process.pid, birth: mine }, () => true)).toBe(true);
  });

  it('is gone when nothing has its pid', () => {
    expect(processLives({ pid: process.pid, birth: mine }, () => false)).toBe(false);
  });

  it('is gone when another process has its pid', () => {
    const earlier = mine === 'abcd' ? 'dcba' : 'abcd';
    expect(processLives({ pid: process.pid, birth: earlier }, () => true)).toBe(false);
  });

  it('is taken for alive where the system does not say when it began', () => {
    expect(processLives({ pid: process.pid, birth: '0000' }, () => true)).toBe(true);
    expect(birthOf(0)).toBe('0000');
  });
});
