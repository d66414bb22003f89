import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../components/keys/commands.ts';
import { footerKeys, helpTable, meaningOf } from '../../../components/keys/lookup.ts';
import { keyMap } from '../../../components/keys/map.ts';
import { footerLine } from '../../../components/panes/footer.tsx';
import { paneNames } from '../../../components/screen/layout.ts';
import { createTheme } from '../../../components/theme/theme.ts';
import { columnsOf } from '../../../source/terminal/width.ts';

const facts: fc.Arbitrary<Facts> = fc.record({
  screen: fc.constantFrom('list', 'app'),
  several: fc.boolean(),
  focus: fc.constantFrom(...paneNames),
  zoomed: fc.boolean(),
  opened: fc.boolean(),
  searching: fc.boolean(),
  filtering: fc.boolean(),
  following: fc.boolean(),
  paused: fc.boolean(),
  live: fc.boolean(),
  url: fc.boolean(),
  shell: fc.boolean(),
  failed: fc.boolean(),
  exited: fc.boolean(),
  away: fc.boolean(),
  request: fc.constantFrom(undefined, 'GET', 'POST'),
  image: fc.boolean(),
  builds: fc.nat(3),
  overlay: fc.boolean(),
  ending: fc.boolean(),
});

describe('the key table', () => {
  it('gives no key two meanings at once', () => {
    fc.assert(
      fc.property(facts, (now) => {
        const keys = keyMap.filter(({ whyNot }) => whyNot(now) === undefined).flatMap((binding) => binding.keys);
        expect(keys).toEqual([...new Set(keys)]);
      }),
    );
  });

  it('has in the footer only keys that do now what is said there', () => {
    fc.assert(
      fc.property(facts, (now) => {
        for (const { key } of footerKeys(now)) expect(meaningOf(key, now)).toHaveProperty('command');
      }),
    );
  });

  it('always has a key to quit and one for help', () => {
    fc.assert(
      fc.property(facts, (now) => {
        expect(meaningOf('q', now)).toEqual({ command: 'quit' });
        expect(meaningOf('ctrl+c', now)).toEqual({ command: 'quit' });
        expect(meaningOf('?', now)).toEqual({ command: 'help' });
      }),
    );
  });

  it('says of each key that can do nothing now why', () => {
    const keys = keyMap.flatMap((binding) => binding.keys);
    fc.assert(
      fc.property(facts, fc.constantFrom(...keys), (now, key) => {
        const meaning = meaningOf(key, now);
        expect(meaning !== undefined && ('command' in meaning || meaning.why.length > 5)).toBe(true);
      }),
    );
    expect(
      fc
        .sample(facts, 9)
        .map((now) => meaningOf('ä', now))
        .find(Boolean),
    ).toBeUndefined();
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
