import { posix } from 'node:path';
import { contextFolder, type Recipe, type ScriptFolder } from '../../dockerfile/recipe.ts';
import type { OpenedSource } from '../../origin/open.ts';
import { buildLabels, checkLabels, mergeLabels } from '../../protocol/image/labels.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { buildPaths, installedRun } from '../../protocol/paths.ts';
import type { FileTree } from '../../tree/tree.ts';
import { labelInfoOf } from '../image/label-info.ts';
import type { Job } from '../job.ts';
import type { ScriptSet } from '../scripts/resolve.ts';
import { requiredScript } from '../steps/scripts.ts';
import type { KnownBuilder } from './builder.ts';

/** What of a build is known when all is fetched. */
interface Known {
  readonly builder: KnownBuilder;
  readonly opened: OpenedSource;
  readonly scripts: ScriptSet;
  readonly env: readonly string[];
}

/** What the Dockerfile of a build is made of. */
export function recipeOf(
  { request, checked, reporter }: Pick<Job, 'request' | 'checked' | 'reporter'>,
  known: Known,
): Recipe {
  const { builder, opened, scripts, env } = known;
  const labels = mergeLabels(buildLabels(labelInfoOf(request, opened)), request.labels);
  checkLabels(labels);
  const run = requiredScript(scripts, 'run');
  const isOfImage = run.content === undefined;
  const cached = request.clean
    ? undefined
    : cachedStage(checked.tag ?? '', buildPaths(builder.spec.destination).source, opened.tree, scripts);
  if (!request.clean && cached === undefined) reporter.warn('nothing is reused: there is no save-artifacts script');
  return {
    builder: formatReference(request.builder),
    builderUser: builder.user,
    assembleUser: builder.spec.assembleUser,
    paths: buildPaths(builder.spec.destination),
    labels,
    env,
    assemble: requiredScript(scripts, 'assemble').path,
    run: isOfImage ? run.path : installedRun,
    contextRun: isOfImage ? undefined : `${contextFolder}/scripts/run`,
    scripts: scriptFolders.filter((name) => scripts.trees.some(({ folder }) => folder === name)),
    secrets: (request.secrets ?? []).map(({ id }) => id),
    caches: (request.volumes ?? []).flatMap(({ source: id, target, readOnly }) =>
      id === undefined ? [] : [{ id, target, readOnly }],
    ),
    cached,
  };
}

const scriptFolders: readonly ScriptFolder[] = ['scripts', 'defaultScripts'];

function cachedStage(tag: string, sourcePath: string, source: FileTree, scripts: ScriptSet): Recipe['cached'] {
  const script = scripts.found.get('save-artifacts');
  if (script === undefined) return undefined;
  const isOwn = script.path.startsWith(`${sourcePath}/`);
  const beside = source.entries.filter(({ path }) => path === '.sti' || path === '.s2i').map(({ path }) => path);
  const folder = posix.dirname(script.path);
  const isBuilders = [...scripts.found.values()].some(
    (other) => other !== script && other.content === undefined && posix.dirname(other.path) === folder,
  );
  return {
    tag,
    script: script.path,
    // A folder that isn't there would fail the stage, so another script must be known to be in it.
    builderFolder: script.content === undefined && isBuilders ? folder : undefined,
    sourceFolders: isOwn ? beside : [],
  };
}
