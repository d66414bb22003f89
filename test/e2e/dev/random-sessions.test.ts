import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Counts, runSession, sessions } from '../../support/random-session.ts';

/** `STI_SEED=…` repeats a run, `STI_SESSIONS=200` makes it longer. */
const { STI_SEED = Date.now() % 2 ** 31, STI_SESSIONS = 2 } = process.env;
const seed = Number(STI_SEED);
const count = Number(STI_SESSIONS);
/** As many as keep two processor cores busy. */
const atATime = 3;

it(
  `leaves no difference to a clean build after ${count} sessions of random saves on random builders (STI_SEED=${seed})`,
  async () => {
    const waiting = [...fc.sample(sessions, { seed, numRuns: count }).entries()];
    const wrong: string[] = [];
    const all: Counts = {};
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, session] = next;
        try {
          for (const [what, times] of Object.entries(await runSession(session))) all[what] = (all[what] ?? 0) + times;
        } catch (error) {
          wrong.push(`session ${index}, ${JSON.stringify(session)}: ${error}`);
        }
      }
    };
    await Promise.all(Array.from({ length: atATime }, work));
    expect(wrong).toEqual([]);
    if (count > 10) process.stderr.write(`${count} sessions: ${JSON.stringify(all)}\n`);
  },
  60_000 + count * 60_000,
);
