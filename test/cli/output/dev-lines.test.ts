import { describe, expect, it } from 'vitest';
import { createDevLines } from '../../../source/cli/output/dev-lines.ts';
import type { DevEvent } from '../../../source/dev/events.ts';

function said(event: DevEvent): string[] {
  const words: string[] = [];
  const lines = { emit: () => {}, say: (name: string, text: string) => void words.push(name, text), close: () => {} };
  void createDevLines(lines, { verbose: false })(event);
  return words;
}

describe('the line that begins a build', () => {
  const started = { type: 'cycle-started', at: 0, cycle: 2, why: 'saved' } as const;

  it('names the first files that were saved, and counts the others', () => {
    expect(said({ ...started, changes: ['a', 'b'], changed: 5 })).toEqual(['build 2', 'saved: a, b +3']);
  });

  it('stays one line whatever the files are called', () => {
    expect(said({ ...started, changes: ['two\nlines'], changed: 1 })).toEqual(['build 2', 'saved: two\\nlines']);
  });
});

describe('the last line', () => {
  const summary = {
    ...{ cycles: 42, failures: 2, medianMs: 46, ways: [], learned: [] },
    ...{ tag: 'shop:latest', taggedCycle: 42, lastGoodCycle: 42 },
  };
  const told = (more: object) =>
    said({ type: 'dev-finished', at: 0, summary: { ...summary, ...more } })[1]?.split('\n');

  it('counts builds and failures, and says what the tag has', () => {
    expect(told({})).toEqual([
      '42 builds, 2 failed, 46 ms from save to served (median); shop:latest has the last good state',
    ]);
  });

  it('is followed by the time of each way, and by what was learned', () => {
    const ways = [
      { path: 'sync', saves: 30, medianMs: 42 },
      { path: 'in place', saves: 10, medianMs: 1_240 },
    ];
    const learned = ['*.js under src/', '*.css'];
    expect(told({ ways, learned })?.slice(1)).toEqual([
      '  saves: 30 sync, 42 ms · 10 in place, 1.2s',
      '  learned: only copied are *.js under src/; *.css',
    ]);
  });
});
