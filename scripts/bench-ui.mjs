// @ts-check
import { makeDevWorld } from './bench/dev-world.mjs';
import { runBenchmark } from './bench/frame.mjs';
import { flood } from './bench/ui-flood.mjs';
import { oneFrame } from './bench/ui-frame.mjs';
import { idle } from './bench/ui-idle.mjs';
import { savesOnScreen } from './bench/ui-save.mjs';
import { firstFrame } from './bench/ui-start.mjs';

await runBenchmark({
  command: 'npm run bench:ui',
  title: 'sti dev: what the dashboard costs, on a terminal of 100 × 40',
  runs: '15',
  sections: { frame: oneFrame, flood, idle, save: savesOnScreen, start: firstFrame },
  makeWorld: makeDevWorld,
});
