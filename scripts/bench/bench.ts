import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { engineStep } from '../engine.ts';
import type { Script } from '../terminal.mjs';
import { describeMachine, formatSection, loadAverage, type Section } from './report.ts';
import { makeWorld, type World } from './world.ts';

export type Measure = (world: World) => Promise<Section>;

/** Measures each section, or the one that was asked for, and reports medians of runs in turns. */
export async function bench(
  script: Script,
  args: readonly string[],
  {
    title,
    sections,
    within,
  }: {
    readonly title: string;
    readonly sections: Readonly<Record<string, Measure>>;
    /** Says of each section whether it met its targets, and fails when one did not. */
    readonly within: boolean;
  },
): Promise<void> {
  const { runs, only, json, long } = readArguments(args, Object.keys(sections));
  script.say(`\n${title}\n`);
  const engine = await engineStep(script);
  const world = await makeWorld(script, engine.address, { runs, long });
  const before = loadAverage();
  const measured = new Map<string, Section>();
  for (const [name, measure] of Object.entries(sections)) {
    if (only !== undefined && only !== name) continue;
    await script.step(name, async () => {
      const section = await measure(world);
      measured.set(name, section);
      return section.title;
    });
  }
  const date = new Date().toISOString();
  const machine = describeMachine();
  const load = { before, after: loadAverage() };
  script.say(`\n${date} · ${machine}\n${engine.summary} · load ${load.before} before, ${load.after} after`);
  script.say(`medians of ${runs} runs in turns; comparisons are made run by run, and are the median of these`);
  for (const section of measured.values()) script.say(formatSection(section));
  const report = { date, machine, engine: engine.summary, runs, load, sections: [...measured.values()] };
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  if (!within) return;
  const missed = [...measured].flatMap(([name, { rows }]) => (rows.some(({ met }) => met === false) ? [name] : []));
  script.say();
  for (const name of measured.keys()) script.say(`  ${name.padEnd(54)} ${missed.includes(name) ? 'missed' : 'met'}`);
  if (missed.length > 0) throw new Error(`over the budget: ${missed.join(', ')}`);
}

function readArguments(args: readonly string[], names: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string', default: '15' },
        only: { type: 'string' },
        json: { type: 'string' },
        long: { type: 'boolean', default: false },
      },
    });
    const { runs, only } = values;
    if (!/^[1-9]\d*$/.test(runs)) throw new Error(`--runs can't be ${runs}`);
    if (only !== undefined && !names.includes(only)) throw new Error(`--only can't be ${only}`);
    return { ...values, runs: Number(runs) };
  } catch (error) {
    process.exitCode = 64;
    const usage = `-- [--runs N] [--long] [--only ${names.join('|')}] [--json FILE]`;
    throw new Error(`${error instanceof Error ? error.message : error}\nusage: ${usage}`);
  }
}
