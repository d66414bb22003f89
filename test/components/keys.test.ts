import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../components/commands.ts';
import { footerLine } from '../../components/footer.tsx';
import { commandOf, footerKeys, helpTable } from '../../components/key-lookup.ts';
import { keyMap } from '../../components/key-map.ts';
import { columnsOf } from '../../components/text.ts';
import { createTheme } from '../../components/theme.ts';

const facts: fc.Arbitrary<Facts> = fc.record({
  screen: fc.constantFrom('list', 'app'),
  several: fc.boolean(),
  focus: fc.constantFrom('steps', 'logs', 'artifacts'),
  zoomed: fc.boolean(),
  opened: fc.boolean(),
  searching: fc.boolean(),
  following: fc.boolean(),
  paused: fc.boolean(),
  live: fc.boolean(),
  url: fc.boolean(),
  shell: fc.boolean(),
  failed: fc.boolean(),
  exited: fc.boolean(),
  help: fc.boolean(),
  ending: fc.boolean(),
});

describe('the key table', () => {
  it('gives no key two meanings at once', () => {
    fc.assert(
      fc.property(facts, (now) => {
        const keys = keyMap.filter(({ when }) => when(now)).flatMap((binding) => binding.keys);
        expect(keys).toEqual([...new Set(keys)]);
      }),
    );
  });

  it('has in the footer only keys that do now what is said there', () => {
    fc.assert(
      fc.property(facts, (now) => {
        for (const { key } of footerKeys(now)) expect(commandOf(key, now)).toBeDefined();
      }),
    );
  });

  it('always has a key to quit and one for help', () => {
    fc.assert(
      fc.property(facts, (now) => {
        expect(commandOf('q', now)).toBe('quit');
        expect(commandOf('ctrl+c', now)).toBe('quit');
        expect(commandOf('?', now)).toBe('help');
      }),
    );
  });

  it('explains every command in the help, or beside its opposite', () => {
    const explained = helpTable().flatMap(({ rows }) => rows.map(([, help]) => help));
    expect(new Set(explained).size).toBe(explained.length);
    expect(explained.length).toBe(keyMap.filter(({ help }) => help !== '').length);
  });

  it('fits the footer into any width, quit and help first', () => {
    const theme = createTheme({ depth: 1, unicode: true });
    fc.assert(
      fc.property(facts, fc.integer({ min: 40, max: 200 }), (now, columns) => {
        const line = footerLine(now, columns, theme);
        expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        expect(line.replace(/\x1b\[\d*m/g, '')).toMatch(/^ q quit( at once)? .*\? help$/);
      }),
    );
  });
});
