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
