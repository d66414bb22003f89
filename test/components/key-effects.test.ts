import { afterEach, describe, expect, it } from 'vitest';
import type { DashboardActions } from '../../components/actions.ts';
import type { DevControls } from '../../source/dev/controls.ts';
import type { DevEvent } from '../../source/dev/events.ts';
import { controls, failed, sampleApp, serving } from './sample-app.ts';
import { type ShownScreen, showScreen } from './screen-of.ts';

let screen: ShownScreen;
afterEach(() => screen.close());

const printed = (text: string): DevEvent => ({ type: 'log', at: 12_345, step: 'run', stream: 'stdout', text });
const hundred = printed(Array.from({ length: 100 }, (_none, line) => `line ${line} of the app\n`).join(''));

/** An application at this point, wide enough for every key to be named. */
function show(events: readonly DevEvent[], actions: Partial<DashboardActions> = {}, live: DevControls = controls) {
  const app = sampleApp('my-app', events, live);
  screen = showScreen([app], [200, 50], { actions });
  return app;
}
async function press(...keys: string[]): Promise<string> {
  for (const key of keys) await screen.press(key);
  return screen.text();
}
/** What the pane of this title shows in its own columns, title included. */
function pane(text: string, title: string): string {
  const lines = text.split('\n');
  const top = lines.findIndex((line) => line.includes(`╭ ${title}`));
  const column = lines[top]?.indexOf(`╭ ${title}`) ?? 0;
  const width = (lines[top]?.slice(column).indexOf('╮') ?? 0) + 1;
  const rows = lines.slice(top).map((line) => line.slice(column, column + width));
  return rows.slice(0, rows.findIndex((row) => row.startsWith('╰')) + 1).join('\n');
}
const footer = (text: string) => text.split('\n').at(-1);

describe('the logs', () => {
  it('follow the end until they are scrolled, and again after f', async () => {
    const app = show([...serving, hundred]);
    expect(await press()).toContain('▮ following');
    const scrolled = pane(await press('k', 'k'), 'Logs');
    expect(scrolled).toContain('f follows');
    expect(scrolled).not.toContain('line 99');
    app.store.dispatch(printed('a later line\n'));
    const first = (text: string) => pane(text, 'Logs').split('\n')[1];
    expect(first(await press())).toBe(first(scrolled));
    const followed = pane(await press('f'), 'Logs');
    expect(followed).toContain('a later line');
    expect(followed).toContain('▮ following');
  });

  it.each([
    ['g', 'Installing application source', 'line 99'],
    ['\x1b[5~', 'line 20', 'line 99'],
    ['G', 'line 99', 'line 5 '],
  ])('go to another place at %j', async (key, there, gone) => {
    show([...serving, hundred]);
    const shown = pane(await press('k', key), 'Logs');
    expect(shown).toContain(there);
    expect(shown).not.toContain(gone);
  });

  it('wrap long lines at w, and cut them again', async () => {
    show([...serving, printed(`begin ${'x'.repeat(300)} the very end\n`)]);
    expect(pane(await press(), 'Logs')).not.toContain('the very end');
    expect(pane(await press('w'), 'Logs')).toContain('the very end');
    expect(pane(await press('w'), 'Logs')).not.toContain('the very end');
  });

  it('say at t when each line came', async () => {
    show(serving);
    const time = /\d\d:\d\d:\d\d\.\d{3} listening on 8080/;
    expect(pane(await press(), 'Logs')).not.toMatch(time);
    expect(pane(await press('t'), 'Logs')).toMatch(time);
    expect(pane(await press('t'), 'Logs')).not.toMatch(time);
  });

  it.each([
    ['1', 'Installing', ['listening on 8080', 'is served after']],
    ['2', 'listening on 8080', ['Installing', 'is served after']],
    ['3', 'is served after', ['Installing', 'listening on 8080']],
  ])('show at %s one source, and all of them at 0', async (key, shown, hidden) => {
    show(serving);
    const one = pane(await press(key), 'Logs');
    expect(one).toContain(shown);
    for (const words of hidden) expect(one).not.toContain(words);
    const all = pane(await press('0'), 'Logs');
    for (const words of [shown, ...hidden]) expect(all).toContain(words);
  });

  it('go at e from one line to the next that looks like an error, and say when there is none', async () => {
    show([...serving, printed('error: the first\nfine\n'), hundred, printed('error: the second\n')]);
    expect(pane(await press('e'), 'Logs')).toContain('error: the first');
    expect(pane(await press('e'), 'Logs')).toContain('error: the second');
    expect(pane(await press('e'), 'Logs')).toContain('error: the first');
    screen.close();
    show(serving);
    expect(footer(await press('e'))).toContain('no line looks like an error');
  });

  it('go to the next hit at n, to the one before at N, and drop the search at esc', async () => {
    show([...serving, hundred]);
    expect(pane(await press('/', ...'line 4', '\r'), 'Logs')).toContain('/line 4 11 of 11');
    expect(pane(await press('n'), 'Logs')).toContain('/line 4 1 of 11');
    const before = pane(await press('N', 'N'), 'Logs');
    expect(before).toContain('/line 4 10 of 11');
    expect(before).toContain('line 48');
    expect(pane(await press('\x1b'), 'Logs')).not.toContain('/line 4');
  });

  it('are saved at s as they are shown, without colours, and say where', async () => {
    let saved: string[] = [];
    const saveLog = async (name: string, lines: Iterable<string>) => {
      saved = [...lines];
      return `/tmp/${name}.log`;
    };
    show([...serving, printed('\x1b[31mred\x1b[0m\n')], { saveLog });
    expect(footer(await press('2', 's'))).toContain('saved to /tmp/my-app.log');
    expect(saved.at(-1)).toBe('red');
    expect(saved).not.toContain('---> Installing application source ...');
  });

  it('say why they could not be saved', async () => {
    const saveLog = () => Promise.reject(new Error('no space left'));
    show(serving, { saveLog });
    expect(footer(await press('s'))).toContain('the logs could not be saved: no space left');
  });
});

describe('the panes', () => {
  it('have the focus in turn at tab, and back at shift+tab', async () => {
    show(serving);
    expect(footer(await press())).toContain('wrap');
    expect(footer(await press('\t'))).toContain('open folder');
    expect(footer(await press('\t'))).toContain('open build');
    expect(footer(await press('\t'))).toContain('wrap');
    expect(footer(await press('\x1b[Z'))).toContain('open build');
  });

  it('have the whole screen at z, and give it back at z or esc', async () => {
    show(serving);
    const panes = (text: string) => text.match(/╭ (Steps|Logs|Artifacts)/g)?.length;
    expect(panes(await press())).toBe(3);
    const zoomed = await press('z');
    expect(panes(zoomed)).toBe(1);
    expect(zoomed).toContain('╭ Logs');
    expect(panes(await press('z'))).toBe(3);
    expect(await press('\t', 'z')).toContain('╭ Artifacts');
    expect(panes(await press('\x1b', ''))).toBe(3);
  });

  it('open a past build at enter, with its own logs, and leave it at esc', async () => {
    show(failed);
    const opened = await press('\t', '\t', 'j', '\r');
    expect(pane(opened, 'Steps')).toContain('Steps · build 1');
    expect(pane(opened, 'Logs')).toContain('listening on 8080');
    expect(pane(opened, 'Logs')).not.toContain('unexpected token');
    const back = await press('\x1b', '');
    expect(pane(back, 'Steps')).toMatch(/^╭ Steps ─/);
    expect(pane(back, 'Logs')).toContain('unexpected token');
  });

  it('give way to the list of keys at ?, and come back at ? or esc', async () => {
    show(serving);
    expect(await press('?')).toContain('╭ Keys');
    expect(await press('?')).toContain('╭ Logs');
    await press('?');
    expect(await press('\x1b', '')).toContain('╭ Logs');
  });
});

describe('the loop', () => {
  it.each([
    ['b', 'buildNow'],
    ['c', 'buildClean'],
    ['r', 'restart'],
    ['p', 'pause true'],
  ])('is told at %s', async (key, expected) => {
    const told: string[] = [];
    show(
      serving,
      {},
      {
        ...controls,
        buildNow: () => void told.push('buildNow'),
        buildClean: () => void told.push('buildClean'),
        restart: () => void told.push('restart'),
        pause: (paused) => void told.push(`pause ${paused}`),
      },
    );
    await press(key);
    expect(told).toEqual([expected]);
  });

  it('goes on watching at p when it is paused, and says so before', async () => {
    const told: boolean[] = [];
    show(
      [...serving, { type: 'watching', at: 0, paused: true }],
      {},
      { ...controls, pause: (on) => void told.push(on) },
    );
    const text = await press();
    expect(text).toContain('watching paused');
    expect(footer(text)).toContain('p go on watching');
    await press('p');
    expect(told).toEqual([false]);
  });

  it('opens its address at o, and a shell at x', async () => {
    const asked: string[] = [];
    const openUrl = async (url: string) => `opened ${url}`;
    show(serving, { openUrl, shell: ({ containerId }) => void asked.push(containerId) });
    expect(footer(await press('o'))).toContain('opened http://localhost:8080');
    await press('x');
    expect(asked).toEqual(['c1']);
  });
});
