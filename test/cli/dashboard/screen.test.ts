import { describe, expect, it } from 'vitest';
import { createAlternateScreen } from '../../../source/cli/dashboard/screen.ts';

const mouse = { on: '\x1b[?1000h\x1b[?1006h', off: '\x1b[?1006l\x1b[?1000l' };
const keep = '\x1b[22;0t';
const enter = `\x1b[?1049h\x1b[?25l\x1b[?1004h\x1b[?2004h${mouse.on}\x1b[2J\x1b[H`;
const leave = `\x1b[?2026l\x1b[0m${mouse.off}\x1b[?2004l\x1b[?1004l\x1b[23;0t\x1b[?25h\x1b[?1049l`;

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
    expect(told).toEqual([keep, enter, leave]);
  });

  it('gives the keys back before it is left', () => {
    const { told, screen } = openScreen({ isRaw: true });
    screen.enter();
    screen.leave();
    expect(told).toEqual([keep, enter, false, leave]);
  });

  it('is taken again after a stop from outside, and the keys with it', () => {
    const { told, screen } = openScreen({ isRaw: true });
    screen.enter();
    screen.enterAgain();
    expect(told).toEqual([keep, enter, false, true, enter]);
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
