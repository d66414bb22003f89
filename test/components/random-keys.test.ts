import { expect, it } from 'vitest';
import { keyMap } from '../../components/keys/map.ts';
import { failed, sampleApp, serving } from '../support/sample-app.ts';
import { showScreen } from '../support/screen-of.ts';

const seed = Number(process.env['STI_SEED'] ?? 20_261_129);

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
function random(): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it(`10,000 random keys, clicks and pastes leave a whole screen (STI_SEED=${seed})`, async () => {
  const next = random();
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(next() * items.length)];
  const named: Readonly<Record<string, string>> = {
    up: '\x1b[A',
    down: '\x1b[B',
    right: '\x1b[C',
    left: '\x1b[D',
    enter: '\r',
    esc: '\x1b',
    tab: '\t',
    space: ' ',
    'shift+tab': '\x1b[Z',
    pageup: '\x1b[5~',
    pagedown: '\x1b[6~',
    home: '\x1b[H',
    end: '\x1b[F',
  };
  const keys = keyMap
    .flatMap((binding) => binding.keys)
    .filter((key) => !key.startsWith('ctrl'))
    .map((key) => named[key] ?? key);
  const mouse = () => `\x1b[<${pick([0, 64, 65])};${Math.ceil(next() * 110)};${Math.ceil(next() * 35)}M`;
  const others = [
    mouse,
    () => '\x1b[200~pasted q text\x1b[201~',
    () => '\x1b[I',
    () => '\x1b]11;rgb:ff/ff/ff\x07',
    () => 'ü',
  ];
  const screen = showScreen([sampleApp('shop', failed), sampleApp('blog', serving)], [100, 30]);
  for (let round = 0; round < 100; round++) {
    const typed = Array.from({ length: 100 }, () => (next() < 0.8 ? pick(keys) : pick(others)?.()) ?? '');
    // In pieces, as quick hands and terminals have them; Escape is followed by nothing in its piece.
    for (const key of typed) screen.type(key);
    const text = await screen.text();
    expect(text.split('\n').at(-1), `round ${round}: ${JSON.stringify(typed)}`).not.toBe('');
    expect(text).toMatch(/^[ ╭]/);
  }
  for (let time = 0; time < 5; time++) await screen.press('\x1b');
  expect(await screen.text()).toMatch(/╭ Applications|╭ Steps/);
  screen.close();
}, 120_000);
