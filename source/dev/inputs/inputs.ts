import type { ImageProbe } from '../../build/image/probe.ts';
import type { Job } from '../../build/job.ts';
import { hasOnBuild } from '../../build/on-build/options.ts';
import { type RuntimeInputs, readRuntimeInputs } from '../../build/runtime/stage.ts';
import type { ResolvedScript, ScriptSet } from '../../build/scripts/resolve.ts';
import { type Builder, factsStage } from '../../build/steps/builder.ts';
import { buildScripts, ofBuilder, requiredScript, scriptsStage } from '../../build/steps/scripts.ts';
import { environmentOf } from '../../build/steps/source.ts';
import { environmentFiles, scriptFolders } from '../../protocol/paths.ts';
import { formatRuntimeArtifact } from '../../protocol/runtime-artifacts.ts';
import { resolveInTree } from '../../tree/resolve.ts';
import type { FileTree } from '../../tree/tree.ts';
import { baseOf, type Images, obtainImages } from './images.ts';

/** What every standby of a session shares. When it changes, standbys made with the old one are of no use. */
export interface BuildInputs {
  readonly builder: Builder;
  /** What the application's image is made of: the builder, else the runtime image. */
  readonly base: Builder;
  readonly runtime: RuntimeInputs | undefined;
  /** The engine builds it, from its own instructions: there are no scripts. */
  readonly isOnBuild: boolean;
  readonly facts: ImageProbe;
  readonly scripts: ScriptSet;
  readonly env: readonly string[];
  /** Files of the source that links lead to from where scripts and environment are looked for. */
  readonly linked: readonly string[];
  /** Changes when one of the above does, but for `linked`. */
  readonly digest: string;
}

const noScripts: ScriptSet = { found: new Map(), trees: [], sourceScripts: [] };

/** The script of the application's image. */
export function runOf({ scripts, runtime }: Pick<BuildInputs, 'scripts' | 'runtime'>): ResolvedScript {
  return requiredScript(runtime?.scripts ?? scripts, 'run');
}

/** @param known where they have been looked at already */
export async function readInputs(job: Job, tree: FileTree, known?: Images): Promise<BuildInputs> {
  const images = known ?? (await obtainImages(job));
  const { builder } = images;
  const facts = await factsStage(job, builder, buildScripts);
  const env = await environmentOf(job, tree);
  const source = Promise.resolve(tree);
  const names = images.runtime && ofBuilder;
  const isOnBuild = hasOnBuild(builder);
  const scripts = isOnBuild
    ? noScripts
    : await scriptsStage(job, { builder, facts: Promise.resolve(facts), source, ...names });
  const runtime = images.runtime && (await readRuntimeInputs(job, images.runtime, source));
  return {
    builder,
    base: baseOf(images),
    runtime,
    isOnBuild,
    facts,
    scripts,
    env,
    linked: environmentFiles
      .map((path) => linkedFrom(tree, path))
      .concat(scripts.sourceScripts, runtime?.scripts.sourceScripts ?? []),
    digest: [...digestsOf(builder, scripts), ...env, ...runtimeDigests(runtime)].join('\n'),
  };
}

function digestsOf({ image, spec }: Builder, { found }: ScriptSet): string[] {
  return [image.id, spec.assembleUser, ...[...found.values()].map(({ path, digest }) => `${path} ${digest}`)];
}

function runtimeDigests(inputs: RuntimeInputs | undefined): string[] {
  if (inputs === undefined) return [];
  const { runtime, scripts } = inputs;
  return [...digestsOf(runtime, scripts), ...runtime.artifacts.map(formatRuntimeArtifact)];
}

function linkedFrom(tree: FileTree, path: string): string {
  const resolved = resolveInTree(tree, path);
  return resolved.outcome === 'found' ? resolved.entry.path : path;
}

/** Whether a change of this path can change inputs that have these linked files. */
export function concernsInputs(path: string, linked: readonly string[]): boolean {
  return (
    linked.includes(path) ||
    [...environmentFiles, ...scriptFolders].some(
      (place) => place === path || place.startsWith(`${path}/`) || path.startsWith(`${place}/`),
    )
  );
}
