import { formatBytes, formatFiles } from '../../terminal/units.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { BuildContainer } from '../container/container.ts';
import { fillContainer } from '../container/open.ts';
import type { Job } from '../job.ts';
import type { ScriptSet } from '../scripts/resolve.ts';

/** What is copied in less than about a second needs no step of its own. */
const few = { entries: 2_000, bytes: 256 * 1024 ** 2 };
/** Milliseconds between two words of how far it is. */
const pause = 1_000;

/** Puts source and scripts in place; one step of the build when that takes a while. */
export async function copyStage(
  job: Job,
  container: BuildContainer,
  source: FileTree,
  scripts: ScriptSet,
): Promise<void> {
  const { reporter, signal } = job;
  const files = source.entries.filter(({ type }) => type !== 'directory');
  const bytes = files.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
  if (source.entries.length <= few.entries && bytes <= few.bytes)
    return fillContainer(container, source, scripts, signal);
  return reporter.step('copy', async () => {
    let told = Date.now();
    const onProgress = (done: number) => {
      if (Date.now() - told < pause) return;
      told = Date.now();
      reporter.progress('copy', done, source.entries.length, 'files');
    };
    await fillContainer(container, source, scripts, signal, onProgress);
    return {
      summary: `${formatFiles(files.length)}, ${formatBytes(bytes)} · ${container.delivery.name}`,
      value: undefined,
    };
  });
}
