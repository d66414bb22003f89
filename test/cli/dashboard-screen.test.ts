import { describe, expect, it } from 'vitest';
import { createAlternateScreen } from '../../source/cli/dashboard-screen.ts';

const enter = '\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H';
const leave = '\x1b[?2026l\x1b[0m\x1b[?25h\x1b[?1049l';

function openScreen({ isRaw }: { isRaw: boolean }) {
  const told: (string | boolean)[] = [];
  const stdin: NodeJS.ReadStream = Object.assign(Object.create(null), {
    isRaw,
    setRawMode: (mode: boolean) => told.push(mode),
  });
  const stdout: NodeJS.WriteStream = Object.assign(Object.create(null), { write: (text: string) => told.push(text) });
  return { told, screen: createAlternateScreen({ stdin, stdout }) };
}

describe('the alternate screen', () => {
  it('is entered and left once, however often it is asked for', () => {
    const { told, screen } = openScreen({ isRaw: false });
    screen.enter();
    screen.enter();
    screen.leave();
    screen.leave();
    expect(told).toEqual([enter, leave]);
  });

  it('gives the keys back before it is left', () => {
    const { told, screen } = openScreen({ isRaw: true });
    screen.enter();
    screen.leave();
    expect(told).toEqual([enter, false, leave]);
  });

  it('is taken again after a stop from outside, and the keys with it', () => {
    const { told, screen } = openScreen({ isRaw: true });
    screen.enter();
    screen.enterAgain();
    expect(told).toEqual([enter, false, true, enter]);
  });

  it('is not taken again while something else has the terminal', () => {
    const { told, screen } = openScreen({ isRaw: true });
    screen.enter();
    screen.leave();
    told.length = 0;
    screen.enterAgain();
    expect(told).toEqual([]);
  });
});
