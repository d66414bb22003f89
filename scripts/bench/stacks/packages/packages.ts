/**
 * Packages of no use, as many as an application of some size has, since none can be had from a registry. Of most kinds a
 * few are written in C and compiled when they are installed, which takes most of an installation of real ones.
 */

import type { World } from '../../world.ts';

/** Where a container finds them. */
export const packagesPath = '/opt/packages';

const nativeCount = 3;
export const filesEach = 10;
export const fileBytes = 4_000;

/** Said of so many packages, besides those in C. */
export function aboutNative(count: number): string {
  return `${count} packages, and ${nativeCount} in C`;
}

export interface Packages {
  /** How many of what there are. */
  readonly about: string;
  /** Writes them into a folder; the application's files that name them: path → content. */
  make(folder: string, world: World): Promise<Readonly<Record<string, string>>>;
}

/** `package-0`, `package-1` …, and `native-0` … */
export function namesOf(count: number, separator: string): { readonly plain: string[]; readonly native: string[] } {
  const numbered = (word: string, length: number) =>
    Array.from({ length }, (_, index) => `${word}${separator}${index}`);
  return { plain: numbered('package', count), native: numbered('native', nativeCount) };
}
