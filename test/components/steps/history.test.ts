import { describe, expect, it } from 'vitest';
import { historyLine, historyRows } from '../../../components/steps/history.ts';
import { stepLine } from '../../../components/steps/line.ts';
import { createTheme } from '../../../components/theme/theme.ts';
import type { BuildState, StepState } from '../../../source/dev/state/state.ts';

const theme = createTheme({ depth: 1, unicode: true });
const plain = (text: string) => text.replace(/\x1b\[[\d;]*m/g, '');
const build = (number: number, more: Partial<BuildState> = {}): BuildState => ({
  ...{
    number,
    at: number * 1_000,
    why: 'saved',
    changes: ['src/app.js'],
    changed: 1,
    steps: [],
    end: 'served',
    ms: 42,
  },
  ...more,
});

describe('the history', () => {
  it('folds repeats, counts them, and keeps the newest apart', () => {
    const builds = [
      build(1, { end: 'failed' }),
      ...Array.from({ length: 30 }, (_none, at) => build(at + 2)),
      build(32),
    ];
    expect(historyRows(builds).map(({ build: { number }, times }) => [number, times])).toEqual([
      [32, 1],
      [31, 30],
      [1, 1],
    ]);
  });

  it('aligns durations at the right, with a bar each, what was saved, how often, and the age', () => {
    const look = { width: 2, columns: 40, theme, now: 66_000, attended: true, isMarked: false };
    const lines = [
      { build: build(42), times: 30 },
      { build: build(7, { ms: 4_100 }), times: 1 },
    ].map((row) => plain(historyLine(row, look)));
    expect(lines).toEqual(
      ['42 ✔   42 ms ▂  src/app.js ×30     24 s', ' 7 ✔   4.1 s ▆  src/app.js         59 s'].map((l) => ` ${l}`),
    );
  });

  it('has the whole name of a file where its folders have no room, and both ends of a longer one', () => {
    const look = { width: 2, columns: 29, theme, now: 66_000, attended: true, isMarked: false };
    const name = (file: string) =>
      plain(historyLine({ build: build(10, { changes: [file] }), times: 1 }, look))
        .slice(15)
        .trim();
    expect(name('src/app.js')).toBe('src/app.js');
    expect(name('pages/shop/site.config.js')).toBe('site.config.js');
    expect(name('pages/shop/basket.config.js')).toBe('basket.…fig.js');
  });

  it('tells the clock where nobody is there to see an age grow', () => {
    const look = { width: 1, columns: 40, theme, now: 9e9, attended: false, isMarked: false };
    expect(plain(historyLine({ build: build(1), times: 1 }, look))).toMatch(/ \d\d:\d\d$/);
  });
});

describe('a step', () => {
  const step: StepState = { name: 'assemble', status: 'ok', startedAt: 0, ms: 2_000, summary: 'exit 0' };
  const line = (more: Partial<StepState>, facts = {}) =>
    plain(
      stepLine(
        { step: { ...step, ...more }, whole: 4_000, usual: undefined, isAfter: false, ...facts },
        50,
        theme,
        2_800,
      ),
    );

  const { ms: _, ...begun } = step;
  const running = (facts: { readonly usual: number }) =>
    plain(stepLine({ step: { ...begun, status: 'running' }, whole: 0, isAfter: false, ...facts }, 50, theme, 2_800));

  it('has a bar in proportion to the whole build', () => {
    expect(line({})).toMatch(/^✔ assemble {2}exit 0 .* ████░░░░ {2}2\.0 s$/);
  });
  it('says how long it usually takes while it runs', () => {
    expect(running({ usual: 5_000 })).toMatch(/2\.8 s of about 5 s$/);
  });
  it('says so when it took much longer than it usually does', () => {
    expect(line({}, { usual: 500 })).toContain('usually 500 ms');
    expect(line({}, { usual: 1_900 })).toContain('exit 0');
  });
  it('stands apart when nobody who saved waited for it', () => {
    expect(line({ name: 'commit' }, { isAfter: true })).toMatch(/^ {2}commit {4}after the save .* 2\.0 s$/);
  });
});
