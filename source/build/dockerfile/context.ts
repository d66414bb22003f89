import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerfileText } from '../../dockerfile/text.ts';
import type { OpenedSource } from '../../origin/open.ts';
import { copyTree } from '../../tree/copy.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { Job } from '../job.ts';
import { type ScriptSet, withExecutable } from '../scripts/resolve.ts';
import { buildScripts, requiredScript, scriptsStage } from '../steps/scripts.ts';
import { environmentOf } from '../steps/source.ts';
import type { KnownBuilder } from './builder.ts';
import { recipeOf } from './compose.ts';

type DockerfileJob = Pick<
  Job,
  'request' | 'checked' | 'workspace' | 'reporter' | 'secrets' | 'cwd' | 'http' | 'signal'
>;

interface DockerfileContext {
  readonly text: string;
  /** Writes all but the Dockerfile into a new folder. */
  readonly fill: (folder: string) => Promise<void>;
  /** Whether a stage restores what the image of TAG saved. */
  readonly restores: boolean;
}

/** What a build is as a Dockerfile, and the files beside it. */
export async function composeContext(
  job: DockerfileJob,
  { builder, opened }: { readonly builder: KnownBuilder; readonly opened: OpenedSource },
): Promise<DockerfileContext> {
  const scripts = await scriptsStage(job, {
    builder,
    // Nothing can look into the image: what isn't there, its build says.
    facts: Promise.resolve({ hasFile: () => true }),
    source: Promise.resolve(opened.tree),
    names: job.request.clean ? ['assemble', 'run'] : buildScripts,
  });
  const env = await environmentOf(job, opened.tree);
  const recipe = recipeOf(job, { builder, opened, scripts, env });
  return {
    text: dockerfileText(recipe),
    fill: (folder) => fillContext(folder, opened.tree, scripts, job.signal),
    restores: recipe.cached !== undefined,
  };
}

async function fillContext(folder: string, source: FileTree, scripts: ScriptSet, signal: AbortSignal): Promise<void> {
  await copyTree(withExecutable(source, scripts.sourceScripts), join(folder, 'src'), { signal });
  for (const { folder: name, tree } of scripts.trees) await copyTree(tree, join(folder, name), { signal });
  const { content } = requiredScript(scripts, 'run');
  if (content === undefined) return;
  const run = join(folder, 'scripts', 'run');
  await writeFile(run, content);
  await chmod(run, 0o755);
}
