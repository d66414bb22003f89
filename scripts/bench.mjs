// @ts-check
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { incremental } from './bench/incremental.mjs';
import { memory } from './bench/memory.mjs';
import { phases } from './bench/phases.mjs';
import { describeMachine, formatReport, loadAverage } from './bench/report.mjs';
import { startUp } from './bench/start-up.mjs';
import { trivial } from './bench/trivial.mjs';
import { makeWorld } from './bench/world.mjs';
import { findOrStartEngine } from './engine.mjs';
import { prepareProject, projectFolder } from './project.mjs';
import { script } from './terminal.mjs';

/** Each measures one thing and gives its table. */
const sections = { trivial, phases, incremental, 'start-up': startUp, memory };

const usage = `usage: npm run bench -- [--runs N] [--only ${Object.keys(sections).join('|')}] [--json FILE]`;
const { only, runs, jsonFile } = readArguments();
const { STI_KEEP_ENGINE, S2I_BIN } = process.env;

await script(async (bench) => {
  bench.say('\nsti: how fast and how large, beside the same work by raw engine calls\n');
  process.chdir(projectFolder);
  await prepareProject(bench);

  let address = '';
  let engine = '';
  await bench.step('engine', async () => {
    const found = await findOrStartEngine(bench, { keep: STI_KEEP_ENGINE === '1' });
    address = found.address;
    engine = found.summary;
    return found.summary;
  });
  const world = await makeWorld(bench, address, { runs, s2i: S2I_BIN });

  const report = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    engine,
    runs,
    load: { before: loadAverage(), after: '' },
    /** @type {import('./bench/report.mjs').Section[]} */
    sections: [],
  };
  for (const [name, measure] of Object.entries(sections)) {
    if (only !== undefined && only !== name) continue;
    await bench.step(name, async () => {
      const section = await measure(world);
      report.sections.push(section);
      return section.title;
    });
  }
  report.load.after = loadAverage();
  bench.say(`\n${formatReport(report)}`);
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
});

function readArguments() {
  try {
    const options = /** @type {const} */ ({
      runs: { type: 'string', default: '15' },
      only: { type: 'string' },
      json: { type: 'string' },
    });
    const { values } = parseArgs({ options });
    const count = Number(values.runs);
    if (!Number.isInteger(count) || count < 1) throw new Error(`--runs can't be ${values.runs}`);
    if (values.only !== undefined && !Object.hasOwn(sections, values.only)) {
      throw new Error(`--only can't be ${values.only}`);
    }
    return { only: values.only, runs: count, jsonFile: values.json === undefined ? undefined : resolve(values.json) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(64);
  }
}
