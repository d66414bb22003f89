import { describe, expect, it } from 'vitest';
import { commandHelp, generalHelp } from '../../../source/cli/command-line/help.ts';
import { commandNames } from '../../../source/cli/command-line/table.ts';

const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('help at 80 columns', () => {
  it('of sti', () => {
    expect(generalHelp(80)).toMatchSnapshot();
  });

  it.each(commandNames)('of sti %s', (name) => {
    expect(commandHelp(name, 80)).toMatchSnapshot();
  });
});

describe('help', () => {
  it('wraps at the width of the terminal, at 100 columns at most, at 80 in a pipe', () => {
    const text = (columns: number | undefined) => commandHelp('dev', columns);
    expect(longest(text(60))).toBeLessThanOrEqual(60);
    expect(text(300)).toBe(text(100));
    expect(longest(text(100))).toBeGreaterThan(80);
    expect(text(undefined)).toBe(text(80));
  });

  it('keeps hidden options to itself', () => {
    expect(commandHelp('build', 80)).not.toContain('--transport');
  });
});
