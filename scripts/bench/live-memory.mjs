// @ts-check
import { memoryUsage } from 'node:process';
import { getHeapCodeStatistics } from 'node:v8';

/**
 * Loaded before sti (`node --expose-gc --no-opt --import`): at SIGUSR2 the process collects its garbage and says on stderr
 * how many bytes of data are left. What the system counts as its memory tells little of growth: V8 keeps pages that it has
 * no use for now, and gives them back when the process has been idle for some seconds. Nor may V8 optimise here: over a
 * thousand saves it compiles a megabyte of what is hot, and counts only part of that as code.
 */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  const { heapUsed, external } = memoryUsage();
  const code = getHeapCodeStatistics();
  const data = heapUsed + external - code.code_and_metadata_size - code.bytecode_and_metadata_size;
  process.stderr.write(`live-memory ${data}\n`);
});
