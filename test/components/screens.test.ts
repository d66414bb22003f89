import { afterEach, describe, expect, it } from 'vitest';
import { piece } from '../support/pieces.ts';
import { building, failed, sampleApp, serving, started } from '../support/sample-app.ts';
import { type ShownScreen, showScreen } from '../support/screen-of.ts';

let screen: ShownScreen;
afterEach(() => screen.close());

const sizes = [
  [80, 24],
  [100, 30],
  [60, 20],
  [50, 24],
  [200, 50],
] as const;

describe.each(sizes)('on a screen of %i×%i', (columns, rows) => {
  it.each([
    ['serving', serving],
    ['failed', failed],
  ])('an application that is %s looks like this', async (_name, events) => {
    screen = showScreen([sampleApp('my-app', events)], [columns, rows]);
    const text = await screen.text();
    expect(text).toMatchSnapshot();
    // No pane is torn: the last line is the keys, and no line is wider than the screen.
    expect(text.split('\n').at(-1)).toContain('q quit');
    expect(text).toContain('╯\n q quit');
  });
});

describe('at 100×30', () => {
  const size = [100, 30] as const;
  const list = () => [
    sampleApp('api', failed),
    sampleApp('web', serving),
    sampleApp('worker', building),
    sampleApp('new', []),
  ];

  it('starts', async () => {
    screen = showScreen([sampleApp('my-app', [])], size);
    expect(await screen.text()).toMatchSnapshot();
  });

  it('builds', async () => {
    screen = showScreen([sampleApp('my-app', building)], size);
    expect(await screen.text()).toMatchSnapshot();
  });

  it('shows a build before it is served', async () => {
    screen = showScreen([sampleApp('my-app', started)], size);
    expect(await screen.text()).toMatchSnapshot();
  });

  it('lists several applications, opens one, and goes back', async () => {
    screen = showScreen(list(), size);
    expect(await screen.text()).toMatchSnapshot();
    await screen.press('j');
    await screen.press('\r');
    expect(await screen.text()).toContain('● serving');
    await screen.press('\x1b');
    await screen.press('');
    expect(await screen.text()).toContain('Applications');
  });

  it('lists the keys', async () => {
    screen = showScreen([sampleApp('my-app', serving)], size);
    await screen.press('?');
    expect(await screen.text()).toMatchSnapshot();
  });

  it('opens the artifacts as a tree', async () => {
    screen = showScreen([sampleApp('my-app', serving)], size);
    for (const key of ['\t', '\x1b[C', 'j', '\x1b[C', 'G', '\x1b[C', 'G']) await screen.press(key);
    expect(await screen.text()).toMatchSnapshot();
  });

  it('opens a past build', async () => {
    screen = showScreen([sampleApp('my-app', failed)], size);
    for (const key of ['\t', '\t', '\r']) await screen.press(key);
    expect(await screen.text()).toMatchSnapshot();
  });

  it('searches, with the hits inverse', async () => {
    screen = showScreen([sampleApp('my-app', serving)], size);
    for (const key of ['/', 'g', 'e', 't', '\r']) await screen.press(key);
    const text = await screen.text();
    expect(text).toContain('/get 2 of 2');
    const row = text.split('\n').findIndex((line) => line.includes('GET /style.css'));
    const column = text.split('\n')[row]?.indexOf('GET /style') ?? -1;
    expect([0, 2, 3].map((offset) => screen.isInverse(row, column + offset))).toEqual([true, true, false]);
    await screen.press('n');
    expect(await screen.text()).toContain('/get 1 of 2');
  });

  it('has ASCII marks where the locale is not UTF-8', async () => {
    screen = showScreen([sampleApp('my-app', failed)], size, { look: { depth: 1, unicode: false } });
    const text = await screen.text();
    expect(text).toMatchSnapshot();
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

describe('the screen', () => {
  it('says when it is too small, and recovers', async () => {
    screen = showScreen([sampleApp('my-app', serving)], [39, 9]);
    expect(await screen.text()).toContain('39×9, it needs 40×10.');
    await screen.resize(80, 24);
    expect(await screen.text()).toContain('╭ Steps');
  });

  it('looks after any resize as if it had always had that size', async () => {
    screen = showScreen([sampleApp('my-app', failed)], [100, 30]);
    for (const [columns, rows] of [...sizes, ...sizes.toReversed()]) {
      const fresh = showScreen([sampleApp('my-app', failed)], [columns, rows]);
      await screen.resize(columns, rows);
      expect(await screen.text()).toBe(await fresh.text());
      fresh.close();
    }
  });

  it('writes nothing while nothing changes', async () => {
    screen = showScreen([sampleApp('my-app', serving)], [100, 30]);
    await screen.text();
    const { writes } = screen;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(screen.writes).toBe(writes);
  });

  it.each([
    [80, 24],
    [81, 24],
  ] as const)('cuts wide characters and emoji at the right column of %i', async (columns, rows) => {
    const wide = {
      type: 'log',
      at: 0,
      step: 'run',
      ...piece(`${'漢字👩‍👩‍👧é❤️👍🏽'.repeat(40)}\n`),
    } as const;
    screen = showScreen([sampleApp('my-app', [...serving, wide])], [columns, rows]);
    const lines = (await screen.text()).split('\n');
    const row = lines.findIndex((line) => line.includes('漢字'));
    expect(row).toBeGreaterThan(0);
    expect(lines[row]?.endsWith('│')).toBe(true);
  });
});
