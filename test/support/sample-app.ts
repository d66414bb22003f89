import type { DashboardApp } from '../../components/model/actions.ts';
import type { DevControls } from '../../source/dev/controls.ts';
import type { DevEvent } from '../../source/dev/events.ts';
import { createDevStore } from '../../source/dev/state/store.ts';
import { piece } from './pieces.ts';

export const controls: DevControls = {
  buildNow() {},
  buildClean() {},
  restart() {},
  pause() {},
  observe: { inspect: async () => undefined, usage: async () => undefined },
  shellTarget: () => ({ containerId: 'c1', engine: 'docker', what: 'the application' }),
};

export function sampleApp(name: string, events: readonly DevEvent[], live = controls): DashboardApp {
  const store = createDevStore();
  for (const event of events) store.dispatch(event);
  return { name, store, folder: () => '/home/me/app', fileHere: () => undefined, controls: () => live };
}

const url = 'http://localhost:8080';
const step = (
  step: 'source' | 'builder' | 'scripts' | 'artifacts' | 'assemble' | 'run',
  ms: number,
  summary: string,
  ok = true,
) =>
  [
    { type: 'step-started', at: 0, step },
    { type: 'step-finished', at: ms, step, ok, ms, summary },
  ] as const satisfies DevEvent[];

const log = (step: 'assemble' | 'run', text: string) =>
  ({ type: 'log', at: 9_000, step, ...piece(text) }) as const satisfies DevEvent;

export const started: readonly DevEvent[] = [
  { type: 'dev-started', at: 0, source: '/home/me/app', builder: 'nodejs-20:latest', tag: 'my-app:latest' },
  ...step('source', 20, '/home/me/app · 312 files, 4.1 MB'),
  ...step('builder', 10, 'nodejs-20:latest · 3f1c0a9d2b41'),
  ...step('scripts', 1, 'assemble, run, save-artifacts · image:///usr/libexec/s2i'),
  { type: 'cycle-started', at: 0, cycle: 1, why: 'start', changes: [], changed: 0 },
  ...step('artifacts', 310, 'restored 2,143 files, 48 MB from my-app:latest'),
  ...step('assemble', 3420, 'exit 0'),
  log('assemble', '---> Installing application source ...\n'),
  ...step('run', 9, 'ready · in place: the same container'),
  log('run', 'listening on 8080\nGET /          200   3 ms\nGET /style.css 200   1 ms\n'),
];

export const serving: readonly DevEvent[] = [
  ...started,
  { type: 'cycle-served', at: 3_900, cycle: 1, ms: 3_900, path: 'in place', why: 'the same container', urls: [url] },
  { type: 'image-tagged', at: 5_000, cycle: 1, tag: 'my-app:latest', imageId: 'sha256:9ab3f00d1234ffff', ms: 110 },
  {
    type: 'artifacts-saved',
    at: 5_200,
    cycle: 1,
    files: 3,
    bytes: 48_000_000,
    from: 'from build 1 · next standby has them',
    entries: [
      { path: 'node_modules/a/index.js', bytes: 40_000_000 },
      { path: 'node_modules/b.js', bytes: 7_000_000 },
      { path: 'cache/x', bytes: 1_000_000 },
    ],
  },
  {
    type: 'image-compared',
    at: 5_300,
    cycle: 1,
    imageId: 'sha256:9ab3f00d1234ffff',
    bytes: 182_000_000,
    addedBytes: 1_200_000,
    changes: [
      { path: 'opt/app/server.js', kind: 'changed', bytes: 12_000 },
      { path: 'opt/app/node_modules/a/index.js', kind: 'added', bytes: 1_180_000 },
      { path: 'tmp/old', kind: 'deleted', bytes: 0 },
    ],
  },
];

export const failed: readonly DevEvent[] = [
  ...serving,
  { type: 'cycle-started', at: 9_000, cycle: 2, why: 'saved', changes: ['src/app.js', 'src/b.js'], changed: 2 },
  { type: 'step-started', at: 9_000, step: 'assemble' },
  log('assemble', 'compiling\nsrc/app.js:12: \x1b[31merror: unexpected token\x1b[0m\n'),
  { type: 'step-finished', at: 9_200, step: 'assemble', ok: false, ms: 200, summary: 'failed with exit code 1' },
  {
    type: 'cycle-failed',
    code: 'assemble',
    at: 9_200,
    cycle: 2,
    message: 'assemble failed with exit code 1',
    lastLines: ['src/app.js:12: error: unexpected token'],
    hint: "Read the script's last lines; the next save builds again.",
    serving: 1,
  },
];

export const building: readonly DevEvent[] = [
  ...serving,
  { type: 'cycle-started', at: 9_000, cycle: 2, why: 'saved', changes: ['src/app.js'], changed: 1 },
  { type: 'step-started', at: 9_100, step: 'assemble' },
];
