import type { BuildPaths } from '../protocol/paths.ts';
import type { CacheMount } from './mounts.ts';

/** All that a Dockerfile is made of. Folders named `context…` are of the folder that the Dockerfile stands in. */
export interface Recipe {
  /** The builder image. */
  readonly builder: string;
  /** Its USER; undefined: nobody has looked. */
  readonly builderUser: string | undefined;
  /** Who assemble runs as; `''` is root. */
  readonly assembleUser: string;
  readonly paths: BuildPaths;
  readonly labels: Readonly<Record<string, string>>;
  /** `NAME=VALUE` */
  readonly env: readonly string[];
  /** Paths in the image. */
  readonly assemble: string;
  readonly run: string;
  /** Where the context has the run script that is to be at `run`; undefined: the image has it. */
  readonly contextRun: string | undefined;
  /** Folders of fetched scripts beside the source. */
  readonly scripts: readonly ScriptFolder[];
  /** Ids of what assemble can read, and no layer has. */
  readonly secrets: readonly string[];
  readonly caches: readonly CacheMount[];
  /** Restores what the image of this name saves. */
  readonly cached: CachedStage | undefined;
}

export type ScriptFolder = 'scripts' | 'defaultScripts';

export interface CachedStage {
  readonly tag: string;
  /** Path of save-artifacts in the image. */
  readonly script: string;
  /** Where the builder has it; undefined: it isn't the builder's, or the builder may not have that folder. */
  readonly builderFolder: string | undefined;
  /** Folders of the source that it needs. */
  readonly sourceFolders: readonly string[];
}

/** The folder of the context that everything but the Dockerfile is in, as s2i has it. */
export const contextFolder = 'upload';
