import type { ImageDetails } from '../../engine/engine.ts';
import type { ScriptName } from '../../protocol/script-places.ts';
import { formatBytes, formatFiles } from '../../terminal/units.ts';
import type { FileTree, TreeEntry } from '../../tree/tree.ts';
import { planArtifacts } from '../artifacts/plan.ts';
import { type SavedArtifacts, saveArtifacts } from '../artifacts/save.ts';
import type { FilesEvent } from '../events.ts';
import { probeImage } from '../image/probe.ts';
import type { Job } from '../job.ts';
import { type ScriptSet, withExecutable } from '../scripts/resolve.ts';
import type { Builder } from './builder.ts';

/** Restores what the previous image saved; one step of the build. undefined: a clean build, and the step says why. */
export function artifactsStage(
  job: Job,
  inputs: {
    readonly builder: Builder;
    readonly scripts: ScriptSet;
    readonly previous: ImageDetails | undefined;
    readonly source: FileTree;
    readonly env: readonly string[];
    /** Of the loop. */
    readonly cycle?: number;
    readonly until?: AbortSignal;
  },
): Promise<FileTree | undefined> {
  const { request, checked, reporter } = job;
  const script = inputs.scripts.found.get('save-artifacts');
  const plan = planArtifacts({ ...request, tag: checked.tag, previous: inputs.previous, script });
  return reporter.step<FileTree | undefined>('artifacts', async () => {
    if (!plan.incremental) return { summary: plan.reason, value: undefined };
    const { destination } = inputs.builder.spec;
    const saved = await saveArtifacts(job, {
      previous: plan.previous,
      script: plan.script,
      scriptIsOlder: plan.script.content === undefined && !isBuiltFrom(plan.previous, inputs.builder.image),
      builderId: inputs.builder.image.id,
      trees: scriptTrees(inputs.source, inputs.scripts),
      env: inputs.env,
      destination,
      facts: probeImage(
        job.engine,
        job.workspace,
        job.cache,
        { imageId: plan.previous.id, destination, files: [] },
        job.signal,
      ),
      output: reporter.output('artifacts'),
      onlyKept: request.runtime !== undefined,
      until: inputs.until,
    });
    const summary = summarise(saved, checked.tag ?? '');
    job.onFiles?.(savedEvent(saved, inputs.cycle ?? 1, summary));
    return { summary, value: saved.tree };
  });

  function summarise(saved: SavedArtifacts, tag: string): string {
    if (saved.tree === undefined) {
      const [first = '', ...rest] = saved.reason.split('\n');
      if (saved.failed) reporter.warn([first.replace(/^clean build: /, ''), ...rest].join('\n'));
      return first.replace(/:$/, '');
    }
    const how = saved.cached ? ', from the cache' : '';
    return `restored ${formatFiles(saved.files)}, ${formatBytes(saved.bytes)} from ${tag}${how}`;
  }
}

/** For a face that shows files. `from` says in words where they are from, or why there are none. */
export function savedEvent(saved: SavedArtifacts, cycle: number, from: string): FilesEvent {
  const files = (saved.tree?.entries ?? []).filter((entry) => entry.type === 'file');
  const entries = files.map(({ path, size }) => ({ path, bytes: size }));
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return { type: 'artifacts-saved', at: Date.now(), cycle, files: entries.length, bytes, from, entries };
}

/** Whether the image has the builder's layers below its own, and so the builder's own scripts. */
function isBuiltFrom(image: ImageDetails, builder: ImageDetails): boolean {
  return builder.layers.every((layer, index) => image.layers[index] === layer);
}

/** A script that runs without the source runs from where the build has it: fetched, or in the source with its siblings beside it. */
export function scriptTrees(
  source: FileTree,
  scripts: ScriptSet,
  name: ScriptName = 'save-artifacts',
): { folder: string; tree: FileTree }[] {
  const script = scripts.found.get(name);
  const own = scripts.sourceScripts.some((path) => script?.path.endsWith(`/${path}`));
  const isBeside = (entry: TreeEntry) => /^\.(sti|s2i)(\/|$)/.test(entry.path);
  const beside: FileTree = { ...source, entries: source.entries.filter(isBeside), disposable: false };
  return [...(own ? [{ folder: 'src', tree: withExecutable(beside, scripts.sourceScripts) }] : []), ...scripts.trees];
}
