import { afterEach, describe, expect, it } from 'vitest';
import { failed, sampleApp, serving } from '../support/sample-app.ts';
import { type ShownScreen, showScreen } from '../support/screen-of.ts';

let screen: ShownScreen;
afterEach(() => screen.close());

const save = failed.slice(serving.length);

/** Every border, corner and title of the panes, where it stands. */
const frames = (text: string) => text.replace(/[^╭╮╰╯│\n]/g, ' ').replace(/ +$/gm, '');
const rowsOf = (text: string, pane: string) => {
  const lines = text.split('\n');
  const top = lines.findIndex((line) => line.includes(`╭ ${pane}`));
  const [from, to] = [lines[top]?.indexOf(`╭ ${pane}`) ?? 0, lines[top]?.length];
  return lines.slice(top, top + 4).map((line) => line.slice(from, to));
};

describe.each([
  [80, 24],
  [100, 30],
  [160, 45],
  [50, 24],
] as const)('around a failing save, on a screen of %i×%i', (columns, rows) => {
  it('nothing moves that did not change', async () => {
    const app = sampleApp('my-app', serving);
    screen = showScreen([app], [columns, rows]);
    const before = await screen.text();
    for (const event of save) {
      app.store.dispatch(event);
      const now = await screen.text();
      expect(frames(now)).toBe(frames(before));
      expect(rowsOf(now, 'Artifacts')).toEqual(rowsOf(before, 'Artifacts'));
      expect(now.split('\n')[0]?.slice(0, 30)).toBe(before.split('\n')[0]?.slice(0, 30));
    }
    // The build before stands in the row below the new one, and nothing else of the steps has moved.
    const row = (text: string) => text.split('\n').findIndex((line) => /^│.*1 ✔ +3\.9 s/.test(line));
    expect(row(await screen.text())).toBe(row(before) + 1);
    expect(await screen.text()).toMatch(/│ ▌ assemble failed with exit code 1/);
  });
});

it('the file is named as it is in the folder of the user, not as the container has it', async () => {
  const app = sampleApp('my-app', [
    ...failed.slice(0, -1),
    { ...failed.at(-1), lastLines: ['Error in /opt/app-root/src/lib/shop.js:12'] } as (typeof failed)[number],
  ]);
  screen = showScreen(
    [{ ...app, fileHere: (path) => (path.endsWith('lib/shop.js') ? 'lib/shop.js' : undefined) }],
    [100, 30],
  );
  const text = await screen.text();
  expect(text).toContain('▌ Error in lib/shop.js:12');
  expect(text).toContain('▌ E opens lib/shop.js:12');
});

it('so is it in a build that is opened', async () => {
  const hint = 'The script is /tmp/src/.sti/bin/assemble.';
  const app = sampleApp('my-app', [...failed.slice(0, -1), { ...failed.at(-1), hint } as (typeof failed)[number]]);
  screen = showScreen(
    [{ ...app, fileHere: (path) => (path.endsWith('bin/assemble') ? '.sti/bin/assemble' : undefined) }],
    [100, 30],
  );
  for (const key of ['\x1b[Z', '\r']) await screen.press(key);
  const text = await screen.text();
  expect(text).toContain('╭ Steps · build 2');
  expect(text).toMatch(/Try: The script is *│/);
  expect(text).toMatch(/^│ \.sti\/bin\/assemble\. /m);
});

it('a cause that is longer than a row goes on in a second one', async () => {
  const cause = 'error: pages/index.html links to offers.html, and there is no such file';
  screen = showScreen(
    [
      sampleApp('my-app', [
        ...failed.slice(0, -1),
        { ...failed.at(-1), lastLines: [cause] } as (typeof failed)[number],
      ]),
    ],
    [80, 24],
  );
  const text = await screen.text();
  expect(text).toMatch(/▌ error: pages/);
  expect(text).toContain('no such file');
});
