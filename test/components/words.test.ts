import { afterEach, describe, expect, it } from 'vitest';
import type { DevEvent } from '../../source/dev/events.ts';
import { footer, keyboard, pane } from '../support/keyboard.ts';
import { controls, sampleApp, serving } from '../support/sample-app.ts';
import { type ShownScreen, showScreen } from '../support/screen-of.ts';

const { show, press } = keyboard();
let screen: ShownScreen | undefined;
afterEach(() => screen?.close());
const at = (size: readonly [number, number], ...events: readonly DevEvent[]) =>
  show([...serving, ...events], {}, controls, size);
const headerOf = (text: string) => text.split('\n').slice(0, 2).join('\n');

const url = 'http://localhost:8080';
const save = { type: 'cycle-started', at: 9_000, cycle: 2, why: 'saved', changes: ['a.ts'], changed: 1 } as const;
const running = { type: 'step-started', at: 9_000, step: 'run' } as const;
const waiting = { type: 'status', at: 8_000, step: 'run', text: 'waiting for 8080', limitMs: 60_000 } as const;
const served = { type: 'cycle-served', at: 9_900, cycle: 2, ms: 900, path: 'sync', why: 'only copied' } as const;
const why = `assemble also changes ${'/opt/app-root/src/dist'.repeat(3)}/app.js`;
const corrected = { type: 'corrected', at: 9_950, cycle: 2, ms: 3_100, why, urls: [url] } as const;

describe.each([
  [80, 24],
  [100, 30],
  [160, 45],
] as const)('on a screen of %i×%i', (columns, rows) => {
  it('a wait for a port is counted in the header, and nowhere else', async () => {
    at([columns, rows], save, running, waiting);
    const text = await press();
    expect(headerOf(text)).toMatch(/waiting for 8080 · 2\.0 of 60 s +http:\/\/localhost:8080/);
    expect(text.match(/2\.0/g)).toHaveLength(1);
  });

  it('what was served wrong is said beside where it is served', async () => {
    at([columns, rows], save, { ...served, urls: [url] }, corrected);
    expect(headerOf(await press())).toMatch(/● serving · 2 was served wrong for 3\.1 s.*http:\/\/localhost:8080/);
  });

  it('what failed, and where what is served is, stand in the header together', async () => {
    const failure = { message: 'assemble failed with exit code 1', lastLines: [], hint: undefined, serving: 1 };
    at([columns, rows], save, { type: 'cycle-failed', at: 9_300, cycle: 2, code: 'assemble', ...failure });
    expect(headerOf(await press())).toMatch(
      /2 failed: assemble exit 1 — still serving (build )?1 +http:\/\/localhost:8080/,
    );
  });

  it('nothing exposed says what to do about it', async () => {
    at([columns, rows], save, { ...served, urls: [] });
    expect(headerOf(await press())).toContain('running · no port is exposed (--port HOST:CONTAINER)');
  });
});

it('a save that waited for the build before says so', async () => {
  const later = { ...save, at: 9_100, cycle: 3 };
  at([160, 45], save, { ...served, urls: [url] }, later, { ...served, at: 10_000, cycle: 3, urls: [url] });
  expect(pane(await press(), 'Steps')).toMatch(/between +waited for build 2 +900 ms/);
});

it('a build that waited for its turn to assemble says so', async () => {
  const turn = { type: 'cycle-waiting', at: 9_000, cycle: 2 } as const;
  at([160, 45], save, turn, { ...served, urls: [url] });
  expect(pane(await press(), 'Steps')).toMatch(/between +waited for its turn +900 ms/);
});

it('an application without an address has its place in the list for words', async () => {
  const worker = sampleApp('worker', [...serving, save, { ...served, urls: [] }]);
  screen = showScreen([sampleApp('shop', serving), worker], [80, 24]);
  expect(await screen.text()).toContain('running · no port is exposed (--port');
});

it('an image that will never be made says in its build why', async () => {
  at([100, 30], save, { ...served, urls: [url] }, { ...save, at: 9_950, cycle: 3 });
  expect(pane(await press('\x1b[Z', 'j', '\r'), 'Steps')).toMatch(/↷ commit +skipped: 3 came b/);
  expect(footer(await press())).toContain('esc back');
});
