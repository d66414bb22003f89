import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { StiError } from '../../errors.ts';
import { buildPaths } from '../../protocol/paths.ts';
import { requiredScripts, type ScriptName } from '../../protocol/script-places.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { ImageProbe } from '../image/probe.ts';
import type { Job } from '../job.ts';
import { describeScripts, type ResolvedScript, resolveScripts, type ScriptSet } from '../scripts/resolve.ts';
import type { Builder } from './builder.ts';

/** The scripts of a build. */
export const buildScripts = ['assemble', 'run', 'save-artifacts'] as const;

/** Those of a build whose image is made of another one. */
export const ofBuilder = { names: ['assemble', 'save-artifacts'], required: ['assemble'] } as const;

/** Where a build's scripts are. What isn't there yet is waited for only as far as it is asked. */
export interface ScriptSources {
  readonly builder: Pick<Builder, 'spec' | 'scriptsUrl'> & { readonly image: Pick<Builder['image'], 'id'> };
  readonly facts: Promise<Pick<ImageProbe, 'hasFile'>>;
  readonly source: Promise<FileTree>;
  /** All when absent. */
  readonly names?: readonly ScriptName[];
  /** Of these the ones without which nothing goes on; docs/protocol.md's when absent. */
  readonly required?: readonly ScriptName[];
}

/** The step that finds the scripts (docs/protocol.md, "Scripts"), and fetches those that are at a URL. */
export function scriptsStage(
  job: Pick<Job, 'request' | 'workspace' | 'reporter' | 'cwd' | 'http' | 'signal'>,
  { builder, facts, source, names = buildScripts, required = requiredScripts }: ScriptSources,
): Promise<ScriptSet> {
  return job.reporter.step('scripts', async () => {
    const set = await resolveScripts({
      names,
      required,
      scriptsUrl: job.request.scriptsUrl,
      imageScriptsUrl: builder.scriptsUrl,
      source,
      imageId: builder.image.id,
      imageHas: async (path) => (await facts).hasFile(path),
      paths: buildPaths(builder.spec.destination),
      folder: join(job.workspace.folder, `fetched-${randomUUID()}`),
      cwd: job.cwd,
      http: job.http,
      onWarning: job.reporter.warn,
      signal: job.signal,
    });
    return { summary: describeScripts(set) || 'none', value: set };
  });
}

/** A script that no build can do without. */
export function requiredScript(scripts: ScriptSet, name: ScriptName): ResolvedScript {
  const script = scripts.found.get(name);
  if (script === undefined) throw new StiError('bug', `no ${name} script after the scripts were resolved`);
  return script;
}
