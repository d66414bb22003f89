import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { StiError } from '../errors.ts';
import type { FileTree } from '../origin/tree.ts';
import { buildPaths } from '../protocol/paths.ts';
import type { ScriptName } from '../protocol/script-places.ts';
import type { Builder } from './builder-stage.ts';
import type { ImageFacts } from './image-facts.ts';
import type { Job } from './job.ts';
import { describeScripts, type ResolvedScript, resolveScripts, type ScriptSet } from './scripts.ts';

/** The scripts of a build. */
export const buildScripts = ['assemble', 'run', 'save-artifacts'] as const;

/** Where a build's scripts are. What isn't there yet is waited for only as far as it is asked. */
export interface ScriptSources {
  readonly builder: Builder;
  readonly facts: Promise<ImageFacts>;
  readonly source: Promise<FileTree>;
}

/** The step that finds the scripts (PROTOCOL.md, "Scripts"), and fetches those that are at a URL. */
export function scriptsStage(job: Job, { builder, facts, source }: ScriptSources): Promise<ScriptSet> {
  return job.reporter.step('scripts', async () => {
    const set = await resolveScripts({
      names: buildScripts,
      scriptsUrl: job.checked.scriptsUrl,
      imageScriptsUrl: builder.scriptsUrl,
      source,
      imageId: builder.image.id,
      imageHas: async (path) => (await facts).hasFile(path),
      paths: buildPaths(builder.spec.destination),
      folder: join(job.session.folder, `fetched-${randomUUID()}`),
      cwd: job.cwd,
      onWarning: job.reporter.warn,
      signal: job.signal,
    });
    return { summary: describeScripts(set), value: set };
  });
}

/** A script that no build can do without. */
export function requiredScript(scripts: ScriptSet, name: ScriptName): ResolvedScript {
  const script = scripts.found.get(name);
  if (script === undefined) throw new StiError('bug', `no ${name} script after the scripts were resolved`);
  return script;
}
