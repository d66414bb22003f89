// @ts-check
import { branchSwitch, burst, tree } from './bench/dev-many.mjs';
import { nodeApp } from './bench/dev-node.mjs';
import { saves, secondSaves, userSaves } from './bench/dev-save.mjs';
import { growth, load } from './bench/dev-steady.mjs';
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
    burst,
    branch: branchSwitch,
    tree,
    node: nodeApp,
    growth,
    load,
  },
  makeWorld: makeDevWorld,
});
