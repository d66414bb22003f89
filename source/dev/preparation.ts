import { type Builder, builderStage, factsStage } from '../build/builder-stage.ts';
import type { ImageFacts } from '../build/image-facts.ts';
import type { Job } from '../build/job.ts';
import type { ResolvedScript, ScriptSet } from '../build/scripts.ts';
import { buildScripts, requiredScript, scriptsStage } from '../build/scripts-stage.ts';
import { environmentOf } from '../build/source-stage.ts';
import type { FileTree } from '../origin/tree.ts';
import { environmentFiles, scriptFolders } from '../protocol/paths.ts';

/** What every standby of a session shares. When it changes, standbys made with the old one are of no use. */
export interface Preparation {
  readonly builder: Builder;
  readonly facts: ImageFacts;
  readonly scripts: ScriptSet;
  readonly env: readonly string[];
  readonly assemble: ResolvedScript;
  readonly run: ResolvedScript;
  /** Changes when one of the above does. */
  readonly digest: string;
}

/** @param known the builder, where it has been looked at already */
export async function prepare(job: Job, tree: FileTree, known?: Builder): Promise<Preparation> {
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
    digest,
    assemble: requiredScript(scripts, 'assemble'),
    run: requiredScript(scripts, 'run'),
  };
}

/** Whether a change of this path can change the preparation. */
export function concernsPreparation(path: string): boolean {
  return (
    environmentFiles.some((file) => file === path) ||
    scriptFolders.some((folder) => path.startsWith(`${folder}/`) || path === folder)
  );
}
