import { expect, it, onTestFinished } from 'vitest';
import type { DevEvent } from '../../source/dev/events.ts';
import { controls, sampleApp, serving } from '../support/sample-app.ts';
import { showScreen } from '../support/screen-of.ts';

const interrupted = {
  type: 'dev-interrupted',
  at: new Date(2026, 10, 29, 14, 2, 31).getTime(),
  code: 'engine-lost',
  message: 'the engine at unix:///x does not answer: no such socket',
  hint: 'Check whether the engine still runs (docker info).',
  until: 'it is over',
  serving: null,
} as const satisfies DevEvent;
const stopped = {
  ...interrupted,
  code: 'builder',
  message: 'there is no image nodejs-99',
  hint: 'Look at docker images.',
  until: 'asked again',
} as const satisfies DevEvent;

function show(apps: Parameters<typeof showScreen>[0]) {
  const screen = showScreen(apps, [100, 30]);
  onTestFinished(() => screen.close());
  return screen;
}

it('the header says that the engine is away, since when, and what a save does meanwhile', async () => {
  const screen = show([sampleApp('my-app', [...serving, interrupted])]);
  const text = await screen.text();
  expect(text).toContain('✘ the engine does not answer since 14:02:31 · what was served is down');
  expect(text).toContain('▌ Try: Check whether the engine still runs (docker info).');
  expect(text.split('\n').at(-1)).not.toContain('b build');
});

it("the header says a crashed application's last words", async () => {
  const lastLines = ['  at app.js:7', 'TypeError: x is not a function', ''];
  const exited = { type: 'app-exited', at: 6_000, cycle: 1, exitCode: 7, lastLines } as const;
  const screen = show([sampleApp('my-app', [...serving, exited])]);
  const [, state, ...rows] = (await screen.text()).split('\n');
  expect(state).toContain('✘ the application ended: exit 7 · TypeError: x is not a function');
  const logs = rows.join('\n');
  expect(logs).toContain('╭ Logs · app · build 1 ─');
  expect(logs).toContain('▌ Try: Read its last lines. r starts it again');
  expect(logs).toContain('▌ nothing is served');
});

it('an application of several that could not start says why in its row and its header, and b tries again', async () => {
  const asked: string[] = [];
  const live = { ...controls, buildNow: () => void asked.push('again') };
  const screen = show([sampleApp('shop', serving), sampleApp('admin', [stopped], live)]);
  const row = (await screen.text()).split('\n').find((line) => line.includes('admin'));
  expect(row).toContain('✘ admin  there is no image nodejs-99');
  for (const key of ['k', 'b', '\r']) await screen.press(key);
  expect(asked).toEqual(['again']);
  const text = await screen.text();
  expect(text).toContain('✘ there is no image nodejs-99 — nothing is served');
  expect(text).toContain('▌ Try: Look at docker images. Then press b.');
});
