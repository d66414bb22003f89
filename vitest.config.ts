import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/support/slowest-first.ts';

const engineTests = ['test/engine/**/*.test.{ts,tsx}'];
const wholeProgramTests = ['test/e2e/**/*.test.{ts,tsx}'];
const adversaryTests = ['test/adversary/**/*.test.ts'];

/** These put something in the place of a module, which only holds in a process of their own. */
const mockingTests = ['dev/watch/failures', 'dev/ports/ports', 'cli/commands/build'].map(
  (name) => `test/${name}.test.ts`,
);

const cores = availableParallelism();

/** Property tests on a busy machine. */
const unit = { testTimeout: 120_000, maxWorkers: cores, sequence: { groupOrder: 0 } };

/**
 * Tests on a real engine wait for it more than half of their time, and share the machine with it. Each file has names and ports of
 * its own. What the engine or the machine spoils is tried once more; `npm test` names each test that needed that.
 */
const onEngine = {
  retry: 1,
  testTimeout: 300_000,
  hookTimeout: 300_000,
  maxWorkers: Math.min(2 * cores + 1, 6),
  sequence: { groupOrder: 1 },
};

/** Files of one process share modules, but not these. */
const setupFiles = ['test/support/temp-setup.ts'];

export default defineConfig({
  test: {
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [
            ...configDefaults.exclude,
            ...engineTests,
            ...wholeProgramTests,
            ...adversaryTests,
            ...mockingTests,
          ],
          // Half of their time went into a process for each file, and into loading what it imports.
          isolate: false,
          setupFiles,
          ...unit,
        },
      },
      {
        test: {
          name: 'unit-mocking',
          include: mockingTests,
          setupFiles,
          ...unit,
        },
      },
      {
        test: {
          name: 'engine',
          include: engineTests,
          globalSetup: ['test/support/engine-setup.ts'],
          setupFiles,
          ...onEngine,
        },
      },
      {
        test: {
          // The same tests as on Docker, where the engine makes a difference.
          name: 'podman',
          include: ['containers', 'dev', 'output', '../e2e/left-in-tmp'].map(
            (name) => `test/adversary/${name}.test.ts`,
          ),
          globalSetup: ['test/support/podman-setup.ts', 'test/support/bundle-setup.ts'],
          setupFiles,
          ...onEngine,
        },
      },
      {
        test: {
          name: 'adversary',
          include: adversaryTests,
          globalSetup: ['test/support/engine-setup.ts', 'test/support/bundle-setup.ts'],
          setupFiles: [...setupFiles, 'test/adversary/limits.ts'],
          ...onEngine,
        },
      },
      {
        test: {
          name: 'e2e',
          include: wholeProgramTests,
          globalSetup: ['test/support/engine-setup.ts', 'test/support/bundle-setup.ts'],
          setupFiles,
          ...onEngine,
        },
      },
    ],
  },
});
