import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest where all tests run, the longest first: files or folders. */
const slowest = ['test/e2e/templates/go.test.ts', 'test/e2e/templates/'];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = slowest.findIndex((path) => moduleId.includes(path));
  return rank === -1 ? slowest.length : rank;
}

/**
 * Begins with the files that take longest, so that none of them is left alone at the end. Vitest does so by what it remembers of
 * earlier runs, goes by the size of files where it has none, and begins all files of a project before those of the next one.
 */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other));
  }
}
