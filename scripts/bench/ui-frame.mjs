// @ts-check
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectFolder } from '../project.mjs';
import { runProgram } from './programs.mjs';
import { row } from './report.mjs';

/** Numbers of lines in the logs that are compared. */
const [few, many] = [100, 1_000_000];

/** Milliseconds for one frame. */
const limit = 12;

/**
 * One frame: from an event until the terminal has been written to, without the wait that keeps frames 33 ms apart. Lines
 * come with each frame. Both logs are in one process, and take turns.
 *
 * @param {import('./dev-world.mjs').DevWorld} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function oneFrame({ folder, environment, signal }) {
  const store = join(folder, 'dist/store.mjs');
  await build({
    stdin: {
      contents: `
        export { createDevStore } from './source/dev/state/store.ts';
        export { createTerminalFilter } from './source/cli/terminal-text.ts';`,
      resolveDir: projectFolder,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: store,
  });
  const script = join(import.meta.dirname, 'ui-frame-child.mjs');
  const args = ['--no-warnings', script, join(folder, 'dist/dashboard.mjs'), store, String(few), String(many)];
  const { stdout } = await runProgram(process.execPath, args, { env: environment(), signal });
  /** @type {Record<string, [number[], number[]]>} */
  const samples = JSON.parse(stdout);
  return {
    title: `one frame, event to bytes written (${few} lines in the log, ${many} lines)`,
    rows: Object.entries(samples).flatMap(([name, [short, long]]) => [
      row(`${name}, ${few}`, short, { atMost: limit }),
      row(`${name}, ${many}`, long, { atMost: limit }),
      row(`${name}, ${many}`, long, { ratioTo: [String(few), short], atMost: 1.2 }),
      row(`${name}, ${many}, slowest of twenty`, [slowest(long)]),
    ]),
  };
}

/**
 * One frame of twenty takes longer.
 *
 * @param {readonly number[]} samples
 */
function slowest(samples) {
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length * 0.95)] ?? Number.NaN;
}
