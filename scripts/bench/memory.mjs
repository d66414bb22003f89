// @ts-check
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { row } from './report.mjs';

const rounds = 3;
const logBytes = 50_000_000;
const fileBytes = 300_000_000;
const line = 'a line of sixty-three bytes, so that a megabyte is 16384 of the';

/**
 * The most memory that sti's own process has at any time (VmHWM, which the kernel keeps), the worst of a few builds.
 *
 * @param {import('./world.mjs').World} world
 * @returns {Promise<import('./report.mjs').Section>}
 */
export async function memory(world) {
  const assemble = '.sti/bin/assemble';
  const talkative = world.makeSource('talkative', {
    [assemble]: `#!/bin/sh\nyes '${line}' | head -n ${Math.ceil(logBytes / (line.length + 1))}\n`,
  });
  const large = world.makeSource('large', { [assemble]: '#!/bin/sh\nexit 0\n' });
  const file = openSync(join(large, 'large.bin'), 'w');
  ftruncateSync(file, fileBytes);
  closeSync(file);

  const cases = {
    'build with 50 MB of log': [talkative],
    'build with a 300 MB file, bind': [large, '--transport', 'bind'],
    'build with a 300 MB file, stream': [large, '--transport', 'stream'],
  };
  const rows = [];
  for (const [name, [source = '', ...options]] of Object.entries(cases)) {
    const peaks = [];
    for (let round = 0; round < rounds; round += 1) {
      const args = ['build', source, world.builder.seed, world.tag, '--clean', ...options];
      const { peak } = await world.sti(args, { watchMemory: true });
      await world.tidy();
      peaks.push(peak);
    }
    rows.push(row(name, [Math.max(...peaks)], { unit: 'MB', atMost: 120 }));
  }
  return { title: `peak memory of sti's process (VmHWM), worst of ${rounds}`, rows };
}
