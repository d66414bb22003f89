import { describe, expect, it } from 'vitest';
import { createPaint } from '../../source/terminal/colours.ts';
import { columnsOf } from '../../source/terminal/width.ts';
import { compare } from '../../source/verify/compare.ts';
import { sideBySide } from '../../source/verify/side-by-side.ts';
import { observation, plainRun } from './observations.ts';

const builders = ['nodejs-20', 'nodejs-22'] as const;
const plain = { columns: 60, paint: createPaint(false) };
const other = observation({
  runs: ['x', 'y'].map((id) => ({ ...plainRun, exitCode: 1, stderr: [id], stdout: ['listening on 8080', 'ready'] })),
});
const rule = '─'.repeat(60);

describe('the report on a terminal', () => {
  it('has both builders beside each other, differences before figures', () => {
    expect(sideBySide(compare(observation(), other, [{ kind: 'exit' }]), builders, plain)).toEqual([
      '                 A  nodejs-20          B  nodejs-22',
      rule,
      'output:stdout    none                  ready',
      'output:stderr    a warning             none',
      rule,
      'start-up         0.40s                 0.40s',
      'time to stop     0.02s                 0.02s',
      'what the build   40 kB                 40 kB',
      'adds',
      'whole image      90 MB                 90 MB',
      rule,
      '2 differences that a user can see (1 ignored)',
    ]);
  });

  it('wraps a text in its own column, and is nowhere wider than the terminal', () => {
    const why = 'within 60 s, nothing answers on 8080; the application listens on 9292';
    const silent = observation({ run: { ...plainRun, start: { how: 'silent', why }, live: undefined } });
    const lines = sideBySide(compare(observation(), silent), builders, plain);
    const cell = (line: string) => line.slice(39).trim();
    const start = lines.findIndex((line) => line.startsWith('start '));
    expect(lines[start]).toMatch(/^start +ready +is not ready/);
    const text = lines
      .slice(start, start + 5)
      .map(cell)
      .join('')
      .replaceAll(' ', '');
    expect(text).toContain(why.replaceAll(' ', ''));
    expect(Math.max(...lines.map(columnsOf))).toBe(60);
  });

  it('colours only what the other text does not have', () => {
    const files = (mode: string) => new Map([['/app/server.js', `-rw-${mode}-- 1001:0 1f2e3d4c5b6a7988`]]);
    const verdict = compare(observation({ files: files('r--r') }), observation({ files: files('rw-r') }));
    const lines = sideBySide(verdict, builders, { columns: 120, paint: createPaint(true) });
    expect(lines[2]).toContain('-rw-r\x1b[33m-\x1b[0m-r-- 1001:0');
    expect(lines[2]).toContain('-rw-r\x1b[33mw\x1b[0m-r-- 1001:0');
  });

  it('shows what an image named as nothing that a terminal obeys', () => {
    const files = new Map([['/app/a\nb\u001b[2J', 'x']]);
    const lines = sideBySide(compare(observation(), observation({ files })), builders, plain);
    expect(lines.find((line) => line.includes('/app/a'))).toMatch(/^file:\/app\/a b +none +x$/);
  });
});
