import type { ImageProbe } from '../../build/image/probe.ts';
import type { Job } from '../../build/job.ts';
import type { ResolvedScript, ScriptSet } from '../../build/scripts/resolve.ts';
import { type Builder, builderStage, factsStage } from '../../build/steps/builder.ts';
import { buildScripts, requiredScript, scriptsStage } from '../../build/steps/scripts.ts';
import { environmentOf } from '../../build/steps/source.ts';
import { environmentFiles, scriptFolders } from '../../protocol/paths.ts';
import { resolveInTree } from '../../tree/resolve.ts';
import type { FileTree } from '../../tree/tree.ts';

/** What every standby of a session shares. When it changes, standbys made with the old one are of no use. */
export interface BuildInputs {
  readonly builder: Builder;
  readonly facts: ImageProbe;
  readonly scripts: ScriptSet;
  readonly env: readonly string[];
  readonly assemble: ResolvedScript;
  readonly run: ResolvedScript;
  /** Files of the source that links lead to from where scripts and environment are looked for. */
  readonly linked: readonly string[];
  /** Changes when one of the above does, but for `linked`. */
  readonly digest: string;
}

/** @param known the builder, where it has been looked at already */
export async function readInputs(job: Job, tree: FileTree, known?: Builder): Promise<BuildInputs> {
  const builder = known ?? (await builderStage(job));
  const facts = await factsStage(job, builder, buildScripts);
  const env = await environmentOf(job, tree);
  const scripts = await scriptsStage(job, { builder, facts: Promise.resolve(facts), source: Promise.resolve(tree) });
  const digests = [...scripts.found.values()].map((script) => `${script.path} ${script.digest}`);
  const digest = [builder.image.id, builder.spec.assembleUser, ...env, ...digests].join('\n');
  return {
    builder,
    facts,
    scripts,
    env,
    linked: environmentFiles.map((path) => linkedFrom(tree, path)).concat(scripts.sourceScripts),
    digest,
    assemble: requiredScript(scripts, 'assemble'),
    run: requiredScript(scripts, 'run'),
  };
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
