import { writePrograms } from '../../../test/support/write-files.ts';
import type { World } from '../world.ts';
import type { Stack } from './images.ts';
import type { Sample } from './samples.ts';

/** One sample and what is made for it. */
export interface Case extends Stack {
  readonly world: World;
  readonly name: string;
  readonly sample: Sample;
  /** A text that no save has had. */
  readonly next: () => string;
}

/** Writes the next state into a folder; what the page says then. */
export function change({ sample, next }: Case, folder: string): string {
  const text = next();
  writePrograms(folder, sample.save(text));
  return text;
}
