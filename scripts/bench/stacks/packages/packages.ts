/**
 * Packages of no use, as many as an application of some size has, since no container has a network. Of each kind a few are
 * written in C and compiled when they are installed, which takes most of an installation of real ones.
 */

/** Where a container finds them. */
export const packagesPath = '/opt/packages';

export const nativeCount = 3;
export const filesEach = 10;
export const fileBytes = 4_000;

export interface Packages {
  /** How many there are besides those in C. */
  readonly count: number;
  /** Writes them into a folder; the application's files that name them: path → content. */
  make(folder: string): Promise<Readonly<Record<string, string>>>;
}

/** `package-0`, `package-1` …, and `native-0` … */
export function namesOf(count: number, separator: string): { readonly plain: string[]; readonly native: string[] } {
  const numbered = (word: string, length: number) =>
    Array.from({ length }, (_, index) => `${word}${separator}${index}`);
  return { plain: numbered('package', count), native: numbered('native', nativeCount) };
}
