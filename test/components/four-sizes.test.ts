import { afterEach, describe, expect, it } from 'vitest';
import type { DevEvent } from '../../source/dev/events.ts';
import { building, failed, sampleApp, serving } from '../support/sample-app.ts';
import { type ShownScreen, showScreen } from '../support/screen-of.ts';

let screen: ShownScreen;
afterEach(() => screen.close());

const sizes = [
  [80, 24],
  [100, 30],
  [60, 20],
  [200, 50],
] as const;

/** The events up to the first step under way. */
const starting: readonly DevEvent[] = [
  { type: 'dev-started', at: 0, source: '/home/me/app', builder: 'nodejs-20:latest', tag: 'my-app:latest' },
  { type: 'step-started', at: 9_500, step: 'source' },
];
const several = () => [
  sampleApp('api', failed),
  sampleApp('web', serving),
  sampleApp('worker', building),
  sampleApp('new', []),
];

/** As every screen is: of its size, and with the keys in its last line. */
function expectWhole(text: string, columns: number, rows: number) {
  const lines = text.split('\n');
  expect(lines.length).toBe(rows);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  expect(text).toMatch(/╯\n q quit.*$/);
}

describe.each(sizes)('on a screen of %i×%i', (columns, rows) => {
  it('an application that starts looks like this', async () => {
    screen = showScreen([sampleApp('my-app', starting)], [columns, rows]);
    const text = await screen.text();
    expectWhole(text, columns, rows);
    expect(text).toContain('preparing: source');
    expect(text).toMatchSnapshot();
  });

  it('the artifacts with the whole screen look like this', async () => {
    screen = showScreen([sampleApp('my-app', serving)], [columns, rows]);
    for (const key of ['\x1b[Z', '\x1b[Z', 'z', 'l', 'j', 'l', 'G', 'l']) await screen.press(key);
    const text = await screen.text();
    expectWhole(text, columns, rows);
    expect(text).toContain('╭ Artifacts');
    expect(text).not.toMatch(/╭ (Steps|Logs)/);
    expect(text).toMatchSnapshot();
  });

  it('several applications look like this', async () => {
    screen = showScreen(several(), [columns, rows]);
    const text = await screen.text();
    expectWhole(text, columns, rows);
    for (const name of ['api', 'web', 'worker', 'new']) expect(text).toMatch(new RegExp(`│ .*${name} `));
    expect(text).toMatchSnapshot();
  });

  it('a state is told without colours too, in ASCII where that is all there is', async () => {
    screen = showScreen([sampleApp('my-app', failed)], [columns, rows], { look: { depth: 1, unicode: false } });
    const text = await screen.text();
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text).toMatch(/! (build )?2 failed: assemble exit 1, still serving (build )?1/);
    expect(screen.isColoured()).toBe(false);
  });
});

describe('without colours (NO_COLOR)', () => {
  it.each([
    [1, false],
    [8, true],
  ])('a terminal of %i bits shows a colour: %s', async (depth, coloured) => {
    screen = showScreen([sampleApp('my-app', failed)], [100, 30], { look: { depth, unicode: true } });
    expect(await screen.text()).toContain('src/app.js:12: error');
    expect(screen.isColoured()).toBe(coloured);
  });

  it('a hit of the search is still inverse', async () => {
    screen = showScreen([sampleApp('my-app', serving)], [100, 30], { look: { depth: 1, unicode: true } });
    for (const key of ['/', 'G', 'E', 'T', '\r']) await screen.press(key);
    const lines = (await screen.text()).split('\n');
    const row = lines.findIndex((line) => line.includes('GET /style.css'));
    expect(screen.isInverse(row, lines[row]?.indexOf('GET /style') ?? -1)).toBe(true);
  });
});

describe.each([
  [39, 24],
  [80, 9],
  [20, 5],
  [1, 1],
] as const)('a window of %i×%i', (columns, rows) => {
  it('is too small, and says no more than it has room for', async () => {
    screen = showScreen([sampleApp('my-app', serving)], [columns, rows]);
    const text = await screen.text();
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(rows);
    expect(text).toContain('This window'.slice(0, columns - 1));
    await screen.resize(40, 10);
    expect(await screen.text()).toContain('q quit');
  });
});
