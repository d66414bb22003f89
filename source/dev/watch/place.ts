import { lstatSync, realpathSync } from 'node:fs';

/** Where the watched folder is at the moment: its names may be links, which can be led elsewhere. */
export interface Place {
  /** The context root, a real path. */
  readonly root: string;
  /** Where the source begins, a real path. */
  readonly sourceRoot: string;
  /** Tells the root from another folder that takes its place. */
  readonly identity: string;
}

/** undefined: no folder is there, or it isn't inside the source. */
export function findPlace(root: string, sourceRoot: string): Place | undefined {
  try {
    const real = { root: realpathSync.native(root), sourceRoot: realpathSync.native(sourceRoot) };
    if (real.root !== real.sourceRoot && !real.root.startsWith(`${real.sourceRoot}/`)) return undefined;
    const { dev, ino, birthtimeMs } = lstatSync(`${real.root}/`);
    return { ...real, identity: `${real.root}:${dev}:${ino}:${birthtimeMs}` };
  } catch {
    return undefined;
  }
}

/** What is there itself: a link to a folder is none. */
export function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}
