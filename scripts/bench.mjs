// @ts-check
import { runBenchmark } from './bench/frame.mjs';
import { incremental } from './bench/incremental.mjs';
import { memory } from './bench/memory.mjs';
import { phases } from './bench/phases.mjs';
import { startUp } from './bench/start-up.mjs';
import { trivial } from './bench/trivial.mjs';
import { makeWorld } from './bench/world.mjs';

const { S2I_BIN } = process.env;

await runBenchmark({
  command: 'npm run bench',
  title: 'sti: how fast and how large, beside the same work by raw engine calls',
  runs: '15',
  sections: { trivial, phases, incremental, 'start-up': startUp, memory },
  makeWorld: (script, address, { runs }) => makeWorld(script, address, { runs, s2i: S2I_BIN }),
});
