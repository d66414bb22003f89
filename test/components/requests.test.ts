import { describe, expect, it } from 'vitest';
import { footer, keyboard, pane } from '../support/keyboard.ts';
import { controls, serving, started } from '../support/sample-app.ts';

const { show, press } = keyboard();

describe('the requests', () => {
  const request = (path: string, more = {}) =>
    ({
      type: 'request',
      at: 9_000,
      method: 'GET',
      path,
      status: 200,
      ms: 3,
      waitedMs: 0,
      bytes: 4_000,
      version: 1,
      fields: ['Host: localhost:8080', 'Accept: */*', 'Cookie: ***'],
      answerFields: ['Content-Type: text/html'],
      ...more,
    }) as const;
  const some = [
    request('/'),
    request('/style.css'),
    request('/buy', { method: 'POST', status: 500, waitedMs: 800, ms: 820 }),
  ];

  it('have a column of their own, each with its status, time and size, and what waited for a switch says so', async () => {
    show([...serving, ...some]);
    const column = pane(await press(), 'Requests');
    expect(column).toMatch(/GET {2}\/style\.css +200 +3 ms +4\.0 kB/);
    expect(column).toMatch(/POST \/buy +500 +820 ms +\+800 ms/);
    expect(pane(await press(), 'Logs')).toMatch(/▏ GET {2}\/style\.css +200 +3 ms/);
  });

  it('show at enter all about one, and at R send a GET again, but nothing else', async () => {
    const asked: string[] = [];
    const sendAgain = async (url: string, path: string) => {
      asked.push(url + path);
      return 'GET /style.css again: 200 in 2 ms';
    };
    show([...serving, ...some], { sendAgain });
    expect(footer(await press('4', 'R'))).toContain('only a GET can be sent again');
    const opened = pane(await press('\r'), 'Requests');
    expect(opened).toContain('POST /buy');
    expect(opened).toMatch(/by +build 1/);
    expect(opened).toMatch(
      /Asked with[\s\S]*Accept: \*\/\*[\s\S]*Cookie: \*\*\*[\s\S]*Answered with[\s\S]*Content-Type: text\/html/,
    );
    expect(footer(await press('\x1b', 'k', 'R'))).toContain('GET /style.css again: 200');
    expect(asked).toEqual(['http://localhost:8080/style.css']);
  });

  it('take the place of the logs where there is no room for a third column', async () => {
    show([...serving, ...some], {}, controls, [100, 30]);
    expect(await press()).not.toContain('╭ Requests');
    const instead = await press('4');
    expect(instead).toContain('╭ Requests');
    expect(instead).not.toContain('╭ Logs');
    expect(await press('0')).toContain('╭ Logs');
  });
});

describe('a key that can do nothing now', () => {
  it('says why', async () => {
    show(started);
    expect(footer(await press('o'))).toContain('nothing is served');
    expect(footer(await press('n'))).toContain('search first (/)');
    expect(footer(await press('B'))).toContain('this is for several applications');
  });
});
