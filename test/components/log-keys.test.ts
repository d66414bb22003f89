import { describe, expect, it } from 'vitest';
import { footer, hundred, keyboard, pane, printed } from '../support/keyboard.ts';
import { serving } from '../support/sample-app.ts';

const { show, press } = keyboard();

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

  it('have what sti says whole where nothing else is shown', async () => {
    const message = `assemble also changes ${'deep/'.repeat(40)}the-last-file`;
    show([...serving, { type: 'warning', at: 9_500, message }], {}, undefined, [100, 30]);
    expect(pane(await press(), 'Logs')).not.toContain('the-last-file');
    expect(pane(await press('3'), 'Logs')).toContain('the-last-file');
  });

  it('say at t when each line came, then how long after its save, then nothing', async () => {
    show(serving);
    const time = /\d\d:\d\d:\d\d\.\d{3}.* listening on 8080/;
    const since = /\+9\.0 s.* listening on 8080/;
    expect(pane(await press(), 'Logs')).not.toMatch(time);
    expect(pane(await press('t'), 'Logs')).toMatch(time);
    expect(pane(await press('t'), 'Logs')).toMatch(since);
    expect(pane(await press('t'), 'Logs')).not.toMatch(since);
  });

  it('fold long runs of like lines and say how many, and unfold them at u or for a search', async () => {
    const alike = printed(Array.from({ length: 30 }, (_none, line) => `step ${line} of 30\n`).join(''));
    show([...serving, alike]);
    const folded = pane(await press(), 'Logs');
    for (const words of ['step 0 of', 'step 1 of', '… 26 more like these', 'step 28 of', 'step 29 of'])
      expect(folded).toContain(words);
    expect(folded).not.toContain('step 2 of');
    expect(pane(await press('u'), 'Logs')).toContain('step 2 of');
    expect(pane(await press('u'), 'Logs')).not.toContain('step 2 of');
    expect(pane(await press('/', ...'step 2 ', '\r'), 'Logs')).toContain('step 2 of');
  });

  it('show at & only what matches, and with ! only what does not', async () => {
    show([...serving, hundred]);
    const only = pane(await press('&', ...'line 4', '\r'), 'Logs');
    expect(only).toContain('· &line 4');
    expect(only.match(/line \d+/g)?.slice(1)).toEqual(
      ['4', '40', '41', '42', '43', '44', '45', '46', '47', '48', '49'].map((n) => `line ${n}`),
    );
    expect(pane(await press('\x1b', ''), 'Logs')).toContain('line 99');
    const others = pane(await press('&', ...'!/line|get/', '\r'), 'Logs');
    expect(others).toContain('listening on 8080');
    expect(others).not.toMatch(/line \d/);
  });

  it('tell where each line comes from, and where a build begins and ends', async () => {
    show(serving);
    const all = pane(await press(), 'Logs');
    expect(all).toMatch(/── 1 · start ─+ \d\d:\d\d:\d\d ──/);
    expect(all).toContain('assemble ▏ ---> Installing');
    expect(all).toContain('     app ▏ listening on 8080');
    expect(all).toContain('── ✔ 1 served in 3.9 s · in place');
  });

  it.each([
    ['1', 'Installing', ['listening on 8080']],
    ['2', 'listening on 8080', ['Installing']],
    ['3', 'assemble: exit 0', ['Installing', 'listening on 8080']],
  ])('show at %s one source, and all of them at 0', async (key, shown, hidden) => {
    show(serving);
    const one = pane(await press(key), 'Logs');
    expect(one).toContain(shown);
    for (const words of hidden) expect(one).not.toContain(words);
    const all = pane(await press('0'), 'Logs');
    for (const words of ['Installing', 'listening on 8080']) expect(all).toContain(words);
    expect(all).not.toContain('assemble: exit 0');
  });

  it('go at e from one line to the next that looks like an error, and say when there is none', async () => {
    show([...serving, printed('error: the first\nfine\n'), hundred, printed('error: the second\n')]);
    expect(pane(await press('e'), 'Logs')).toContain('error: the first');
    expect(pane(await press('e'), 'Logs')).toContain('error: the second');
    expect(pane(await press('e'), 'Logs')).toContain('error: the first');
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
