import { describe, expect, it } from 'vitest';
import { animate } from '../../scripts/pictures/animation.ts';
import { asciicast, type Recording } from '../../scripts/pictures/recording.ts';
import type { Cell } from '../../scripts/pictures/svg.ts';

const cells = (text: string): Cell[] => [...text].map((letter) => ({ text: letter, width: 1 }));
const recording: Recording = {
  output: [
    [0.0214, '\x1b[2Jone  two'],
    [2.5, '\x1b[31mthree'],
  ],
  rows: [
    { row: 0, cells: cells('one  two'), from: 0, to: 2 },
    { row: 0, cells: cells('one  six'), from: 2, to: 6 },
    { row: 1, cells: cells('end'), from: 4, to: 6 },
  ],
  seconds: 6,
};

describe('the recording of a session', () => {
  it('is for asciinema a head and a line for each piece of output', () => {
    const lines = asciicast(recording, { columns: 8, rows: 2, title: 'sti dev', at: 1_700_000_000_123 }).split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ version: 2, width: 8, height: 2, timestamp: 1_700_000_000 });
    expect(
      lines
        .slice(1)
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    ).toEqual([
      [0.021, 'o', '\x1b[2Jone  two'],
      [2.5, 'o', '\x1b[31mthree'],
    ]);
  });
});

describe('the picture that moves', () => {
  const svg = animate(recording, [8, 2], { title: 'sti dev', ground: 'dark' });
  const groupOf = (word: string) => svg.split('<g').find((group) => group.includes(`>${word}<`)) ?? '';

  it('has each piece for as long as the screen had it, the end for a moment longer', () => {
    expect(groupOf('two')).toMatch(/values="visible;hidden" keyTimes="0;0\.2222"/);
    expect(groupOf('six')).toMatch(/values="hidden;visible" keyTimes="0;0\.2222"/);
    expect(groupOf('end')).toMatch(/dur="9\.0s".*values="hidden;visible" keyTimes="0;0\.4444"/);
  });

  it('draws what stays only once', () => {
    expect(svg.match(/>one</g)).toHaveLength(1);
    expect(groupOf('one')).toMatch(/values="visible" keyTimes="0"/);
  });

  it('shows the end where nothing moves', () => {
    expect(groupOf('two')).toContain('visibility="hidden"');
    expect(groupOf('six')).not.toContain('visibility="hidden"');
  });
});
