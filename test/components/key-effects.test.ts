import { describe, expect, it } from 'vitest';
import { footer, keyboard, pane } from '../support/keyboard.ts';
import { controls, failed, serving } from '../support/sample-app.ts';

const { show, press } = keyboard();

describe('the panes', () => {
  it('have the focus in turn at tab, and back at shift+tab', async () => {
    show(serving);
    expect(footer(await press())).toContain('wrap');
    expect(await press('\t')).toContain('╭ Requests');
    expect(footer(await press('\t'))).toContain('open folder');
    expect(footer(await press('\t'))).toContain('open build');
    expect(footer(await press('\t'))).toContain('wrap');
    expect(footer(await press('\x1b[Z'))).toContain('open build');
  });

  it('have the whole screen at z, and give it back at z or esc', async () => {
    show(serving);
    const panes = (text: string) => text.match(/╭ (Steps|Logs|Requests|Artifacts)/g)?.length;
    expect(panes(await press())).toBe(4);
    const zoomed = await press('z');
    expect(panes(zoomed)).toBe(1);
    expect(zoomed).toContain('╭ Logs');
    expect(panes(await press('z'))).toBe(4);
    expect(await press('\t', '\t', 'z')).toContain('╭ Artifacts');
    expect(panes(await press('\x1b', ''))).toBe(4);
  });

  it('open a past build at enter, with its own logs, and leave it at esc', async () => {
    show(failed);
    const opened = await press('\x1b[Z', 'j', '\r');
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
