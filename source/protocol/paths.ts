/** Where a container has the parts of a build (docs/protocol.md, "What goes in"). */
export interface BuildPaths {
  readonly source: string;
  readonly artifacts: string;
  /** Scripts that came from `--scripts`. */
  readonly scripts: string;
  /** Scripts that came from the builder image's default URL. */
  readonly defaultScripts: string;
  readonly metadata: string;
}

/** Labels that assemble wants in the image; the path is fixed, wherever the builder's destination is. */
export const metadataFile = '/tmp/.s2i/image_metadata.json';

/** Where sti puts a run script that the image doesn't have itself. */
export const installedRun = '/opt/sti/bin/run';

/** Folders of the source that may hold scripts; the first one that has a script wins. */
export const scriptFolders = ['.sti/bin', '.s2i/bin'] as const;

/** Files of the source that may hold environment variables; the first one that exists is read. */
export const environmentFiles = ['.sti/environment', '.s2i/environment'] as const;

/** @param destination absolute and normalised, as `builderSpec` gives it */
export function buildPaths(destination: string): BuildPaths {
  return {
    source: `${destination}/src`,
    artifacts: `${destination}/artifacts`,
    scripts: `${destination}/scripts`,
    defaultScripts: `${destination}/defaultScripts`,
    metadata: metadataFile,
  };
}
