import { defineConfig } from 'vitest/config';

/** What Stryker runs for each of its mutants: only quick tests, one at a time. */
export default defineConfig({
  test: {
    include: [
      'test/protocol/**/*.test.ts',
      'test/dev/{schedule,state,logs}/**/*.test.ts',
      // The others of the watcher wait for a real file system.
      'test/dev/watch/batch.test.ts',
    ],
    fileParallelism: false,
    testTimeout: 10_000,
  },
});
