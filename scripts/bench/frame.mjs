// @ts-check
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findOrStartEngine } from '../engine.mjs';
import { prepareProject, projectFolder } from '../project.mjs';
import { script } from '../terminal.mjs';
import { describeMachine, formatReport, loadAverage } from './report.mjs';

/** @typedef {{ runs: number, long: boolean }} Settings */

/**
 * The frame of a benchmark: its command line, the engine, its sections in order, and the report.
 *
 * @template World
 * @typedef {object} Benchmark
 * @property {string} command as a person types it
 * @property {string} title
 * @property {string} runs how many by default
 * @property {string} [json] the file that the report goes to by default, `-` for stdout
 * @property {boolean} [long] whether there is a `--long` way
 * @property {Readonly<Record<string, (world: World) => Promise<import('./report.mjs').Section>>>} sections
 *   each measures one thing and gives its table
 * @property {(script: import('../terminal.mjs').Script, address: string, settings: Settings) => Promise<World>} makeWorld
 */

/**
 * @template World
 * @param {Benchmark<World>} benchmark
 */
export function runBenchmark({ title, sections, makeWorld, ...commandLine }) {
  const { only, jsonFile, ...settings } = readArguments({ ...commandLine, names: Object.keys(sections) });
  const { STI_KEEP_ENGINE } = process.env;

  return script(async (bench) => {
    bench.say(`\n${title}\n`);
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
    const world = await makeWorld(bench, address, settings);

    const report = {
      date: new Date().toISOString(),
      machine: describeMachine(),
      engine,
      runs: settings.runs,
      load: { before: loadAverage(), after: '' },
      /** @type {import('./report.mjs').Section[]} */
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
    if (jsonFile === '-') bench.say(`\n${JSON.stringify(report)}`);
    else if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  });
}

/** @param {{ command: string, runs: string, json?: string, long?: boolean, names: readonly string[] }} commandLine */
function readArguments({ command, runs, json: usualJson, long: hasLong = false, names }) {
  const usage = `usage: ${command} -- [--runs N]${hasLong ? ' [--long]' : ''} [--only ${names.join('|')}] [--json FILE]`;
  try {
    const options = /** @type {const} */ ({
      only: { type: 'string' },
      json: { type: 'string' },
      long: { type: 'boolean', default: false },
    });
    const { values } = parseArgs({ options: { ...options, runs: { type: 'string', default: runs } } });
    const { only, long, json = usualJson } = values;
    const count = Number(values.runs);
    if (!Number.isInteger(count) || count < 1) throw new Error(`--runs can't be ${values.runs}`);
    if (only !== undefined && !names.includes(only)) throw new Error(`--only can't be ${only}`);
    if (long && !hasLong) throw new Error('there is no --long way');
    return { only, runs: count, long, jsonFile: json === undefined || json === '-' ? json : resolve(json) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(64);
  }
}
