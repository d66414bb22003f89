import { describe, expect, it } from 'vitest';
import { commands } from '../../source/cli/commands.ts';
import { commandHelp, generalHelp } from '../../source/cli/help.ts';
import { findCommand } from '../../source/cli/parse.ts';

const build = findCommand('build', commands);
const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

describe('help at 80 columns', () => {
  it('of sti', () => {
    expect(generalHelp(commands, 80)).toMatchSnapshot();
  });

  it.each(commands.map((command) => [command.name, command] as const))('of sti %s', (_name, command) => {
    expect(commandHelp(command, 80)).toMatchSnapshot();
  });
});

describe('help', () => {
  it('wraps at the width of the terminal, at 100 columns at most, at 80 in a pipe', () => {
    const text = (columns: number | undefined) => commandHelp({ ...build, examples: [] }, columns);
    expect(longest(text(60))).toBeLessThanOrEqual(60);
    expect(text(300)).toBe(text(100));
    expect(longest(text(100))).toBeGreaterThan(80);
    expect(text(undefined)).toBe(text(80));
  });

  it('keeps hidden options to itself', () => {
    expect(commandHelp(build, 80)).not.toContain('--transport');
  });
});
