// @ts-check
import { saves, secondSaves, userSaves } from './bench/dev-save.mjs';
import { makeDevWorld } from './bench/dev-world.mjs';
import { runBenchmark } from './bench/frame.mjs';

await runBenchmark({
  command: 'npm run bench:dev',
  title: 'sti dev: from a save to the served page, beside the same work by raw engine calls',
  runs: '15',
  long: true,
  json: '-',
  sections: {
    save: saves,
    user: userSaves,
    second: secondSaves,
  },
  makeWorld: makeDevWorld,
});
