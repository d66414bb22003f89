// @ts-check
import { memoryUsage } from 'node:process';

/**
 * Loaded before sti (`node --expose-gc --import`): at SIGUSR2 the process collects its garbage and says on stderr how many
 * bytes are left. What the system counts as its memory tells little of growth: V8 keeps pages that it has no use for now.
 */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  const { heapUsed, external } = memoryUsage();
  process.stderr.write(`live-memory ${heapUsed + external}\n`);
});
