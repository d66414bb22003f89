import { describe, expect, it } from 'vitest';
import { footer, hundred, keyboard, pane } from '../support/keyboard.ts';
import { controls, failed, sampleApp, serving } from '../support/sample-app.ts';
import { showScreen } from '../support/screen-of.ts';

const { show, press } = keyboard();
const click = (row: number, column: number) => `\x1b[<0;${column + 1};${row + 1}M`;
const wheel = (up: boolean, row: number, column: number) => `\x1b[<${up ? 64 : 65};${column + 1};${row + 1}M`;
/** Where words stand on the screen. */
function placeOf(text: string, words: string | RegExp): [number, number] {
  const lines = text.split('\n');
  const row = lines.findIndex((line) => line.search(words) >= 0);
  return [row, lines[row]?.search(words) ?? 0];
}

describe('the mouse', () => {
  it('gives a pane the focus, a build the cursor, and opens it with a second click', async () => {
    show(failed);
    const text = await press();
    const place = placeOf(text, / 1 ✔ +3\.9 s/);
    expect(pane(await press(click(...place)), 'Steps')).toContain('❯1 ✔');
    expect(pane(await press(click(...place)), 'Steps')).toContain('Steps · build 1');
  });

  it('scrolls what is under it, and leaves the focus where it is', async () => {
    show([...serving, hundred]);
    const text = await press('\t', '\t');
    const up = await press(wheel(true, ...placeOf(text, 'line 90')));
    expect(pane(up, 'Logs')).toContain('f follows');
    expect(footer(up)).toContain('open folder');
    expect(pane(await press(wheel(false, 10, 60)), 'Logs')).toContain('▮ following');
  });

  it('presses the key of the footer that it clicks, and opens a link', async () => {
    const opened: string[] = [];
    show(serving, { openUrl: async (url) => `opened ${opened.push(url)} ${url}` });
    const text = await press();
    expect(footer(await press(click(...placeOf(text, 'http://'))))).toContain('opened 1 http://localhost:8080');
    expect(await press(click(...placeOf(await press('k'), /\? help/)))).toContain('╭ Keys');
  });

  it('is the terminal’s own at m, and the dashboard’s again at m', async () => {
    const told: boolean[] = [];
    show(serving, { mouse: (on) => void told.push(on) });
    expect(footer(await press('m'))).toContain('m takes it back');
    await press('m');
    expect(told).toEqual([false, true]);
  });
});

describe('the palette', () => {
  it('finds a command by its short name', async () => {
    show(serving);
    expect(pane(await press(':', ...'insp'), 'Commands')).toMatch(/❯Show all about what runs/);
  });

  it('finds a command by some of its letters, says its key, and does it', async () => {
    const told: string[] = [];
    show(serving, {}, { ...controls, restart: () => void told.push('restart') });
    const found = await press(':', ...'startag');
    expect(found).toMatch(/❯Start the application again.* r/);
    await press('\r');
    expect(told).toEqual(['restart']);
  });

  it('says why a command can do nothing now', async () => {
    show(serving);
    expect(await press(':', ...'hit of')).toContain('search first (/)');
    expect(footer(await press('\r'))).toContain('search first (/)');
  });
});

describe('y', () => {
  it('copies the error, the line, the address or a command, and says so', async () => {
    const copied: string[] = [];
    show(failed, { copy: (text) => void copied.push(text) });
    expect(await press('y')).toMatch(/the error[\s\S]*the line[\s\S]*the address[\s\S]*a command/);
    expect(footer(await press('\r'))).toContain('copied the error: assemble failed with exit code 1');
    await press('y', ...'addr', '\r');
    expect(copied).toEqual([
      'assemble failed with exit code 1\nsrc/app.js:12: error: unexpected token',
      'http://localhost:8080',
    ]);
  });
});

it('E opens the file that the error names, in the folder of the user', async () => {
  const edited: unknown[] = [];
  const app = {
    ...sampleApp('my-app', failed),
    fileHere: (path: string) => (path.endsWith('src/app.js') ? 'src/app.js' : undefined),
  };
  const screen = showScreen([app], [100, 30], { actions: { edit: (...file) => void edited.push(file) } });
  await screen.press('E');
  expect(edited).toEqual([['/home/me/app/src/app.js', 12]]);
  screen.close();
});

it('< and > move the border between the panes', async () => {
  show(serving);
  const width = (text: string) => pane(text, 'Steps').split('\n')[0]?.length ?? 0;
  const before = width(await press());
  expect(width(await press('>'))).toBe(before - 4);
  expect(width(await press('<', '<'))).toBe(before + 4);
});

it('what is pasted is typed where something is typed, and is no keys elsewhere', async () => {
  const told: string[] = [];
  show(serving, { quit: () => void told.push('quit') });
  await press('\x1b[200~q\x1b[201~');
  expect(told).toEqual([]);
  expect(footer(await press('/', '\x1b[200~listening on\x1b[201~'))).toContain('/listening on');
});

it('colours follow the ground that the terminal tells', async () => {
  const screen = showScreen([sampleApp('my-app', failed)], [100, 30], { look: { depth: 24, unicode: true } });
  const bad = async () => (await screen.text()) && screen.colourOf(1, 1);
  expect(await bad()).toBe(0xff8787);
  await screen.press('\x1b]11;rgb:ffff/ffff/ffff\x1b\\');
  expect(await bad()).toBe(0xaf0000);
  screen.close();
});
