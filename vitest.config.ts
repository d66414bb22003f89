import { configDefaults, defineConfig } from 'vitest/config';

const engineTests = ['test/engine/**/*.test.{ts,tsx}'];
const wholeProgramTests = ['test/e2e/**/*.test.{ts,tsx}'];

/** Tests on a real engine share 2 cores with it. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, ...engineTests, ...wholeProgramTests],
          // Property tests on a busy machine.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'engine',
          include: engineTests,
          globalSetup: ['test/support/engine-setup.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...patience,
        },
      },
      {
        test: {
          name: 'e2e',
          include: wholeProgramTests,
          globalSetup: ['test/support/engine-setup.ts', 'test/support/bundle-setup.ts'],
          // One file at a time: these tests look for whatever a build left on the engine.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          ...patience,
        },
      },
    ],
  },
});
