import { join } from 'node:path';
import { type Builder, builderStage, factsStage } from '../build/builder-stage.ts';
import type { ImageFacts } from '../build/image-facts.ts';
import type { Job } from '../build/job.ts';
import { describeScripts, type ResolvedScript, resolveScripts, type ScriptSet } from '../build/scripts.ts';
import { environmentOf } from '../build/source-stage.ts';
import { StiError } from '../errors.ts';
import type { FileTree } from '../origin/tree.ts';
import { buildPaths, environmentFiles, scriptFolders } from '../protocol/paths.ts';

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

const names = ['assemble', 'run', 'save-artifacts'] as const;
let fetched = 0;

/** @param known the builder, where it has been looked at already */
export async function prepare(job: Job, tree: FileTree, known?: Builder): Promise<Preparation> {
  const builder = known ?? (await builderStage(job));
  const facts = await factsStage(job, builder, names);
  const env = await environmentOf(job, tree);
  const scripts = await job.reporter.step('scripts', async () => {
    fetched += 1;
    const set = await resolveScripts({
      names,
      scriptsUrl: job.checked.scriptsUrl,
      imageScriptsUrl: builder.scriptsUrl,
      source: Promise.resolve(tree),
      imageId: builder.image.id,
      imageHas: async (path) => facts.hasFile(path),
      paths: buildPaths(builder.spec.destination),
      folder: join(job.session.folder, `fetched-${fetched}`),
      cwd: job.cwd,
      onWarning: job.reporter.warn,
      signal: job.signal,
    });
    return { summary: describeScripts(set), value: set };
  });
  const digests = [...scripts.found.values()].map((script) => `${script.path} ${script.digest}`);
  const digest = [builder.image.id, builder.spec.assembleUser, ...env, ...digests].join('\n');
  return {
    builder,
    facts,
    scripts,
    env,
    digest,
    assemble: required(scripts, 'assemble'),
    run: required(scripts, 'run'),
  };
}

/** Whether a change of this path can change the preparation. */
export function concernsPreparation(path: string): boolean {
  return (
    environmentFiles.some((file) => file === path) ||
    scriptFolders.some((folder) => path.startsWith(`${folder}/`) || path === folder)
  );
}

function required(scripts: ScriptSet, name: 'assemble' | 'run'): ResolvedScript {
  const script = scripts.found.get(name);
  if (script === undefined) throw new StiError('bug', `no ${name} script after the scripts were resolved`);
  return script;
}
