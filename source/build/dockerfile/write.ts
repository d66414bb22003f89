import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerfileText } from '../../dockerfile/text.ts';
import { StiError } from '../../errors.ts';
import type { OpenedSource } from '../../origin/open.ts';
import { copyTree } from '../../tree/copy.ts';
import type { FileTree } from '../../tree/tree.ts';
import { checkRequest } from '../check-request.ts';
import type { HostEnvironment } from '../context.ts';
import { type ToldOutcome, toldAsBuild } from '../instead/told.ts';
import type { Job } from '../job.ts';
import { createReporter } from '../reporter.ts';
import type { BuildRequest } from '../request.ts';
import { type ScriptSet, withExecutable } from '../scripts/resolve.ts';
import { buildScripts, requiredScript, scriptsStage } from '../steps/scripts.ts';
import { environmentOf, openStage } from '../steps/source.ts';
import { openWorkspace } from '../workspace/workspace.ts';
import { knowBuilder, type LookUp } from './builder.ts';
import { recipeOf } from './compose.ts';
import { checkPlace, type Place, writePlace } from './place.ts';

/** A build that is to be written down; `clean`: without a stage that restores what the image of TAG saved. */
export interface DockerfileRequest {
  readonly build: BuildRequest;
  readonly place: Place;
  readonly lookUp: LookUp;
}

type DockerfileJob = Pick<
  Job,
  'request' | 'checked' | 'workspace' | 'reporter' | 'secrets' | 'cwd' | 'http' | 'signal'
>;

/**
 * Writes a Dockerfile that makes what a build makes (docs/protocol.md, "As a Dockerfile"). Like a build it never rejects,
 * emits every event, and leaves nothing where it fails.
 */
export function writeDockerfile(
  { build: request, place, lookUp }: DockerfileRequest,
  host: HostEnvironment,
): Promise<ToldOutcome> {
  return toldAsBuild(request, host, async (told) => {
    const checked = check(request, place, told.cwd);
    await write({ request, place, lookUp, checked, host: told });
    return { type: 'dockerfile-written', file: place.file, tag: checked.tag };
  });
}

function check(request: BuildRequest, place: Place, cwd: string): Job['checked'] {
  if (!request.clean && request.tag === undefined) {
    throw new StiError('usage', '--incremental with --as-dockerfile needs the TAG whose artifacts are reused', {
      hint: 'Write sti build SOURCE IMAGE TAG --incremental --as-dockerfile PATH.',
    });
  }
  const checked = place.withSource
    ? checkRequest(request, cwd)
    : ({ source: { kind: 'folder', path: cwd }, tag: null } as const);
  const { source } = checked;
  checkPlace(place, place.withSource && source.kind === 'folder' ? source.path : undefined);
  return checked;
}

async function write({
  request,
  place,
  lookUp,
  checked,
  host,
}: {
  readonly request: BuildRequest;
  readonly place: Place;
  readonly lookUp: LookUp;
  readonly checked: Job['checked'];
  readonly host: HostEnvironment;
}): Promise<void> {
  const workspace = await openWorkspace(host);
  try {
    const reporter = createReporter(host.emit, host.secrets);
    const job: DockerfileJob = { ...host, request, checked, workspace, reporter };
    const opened = place.withSource ? await openStage(job) : noSource(workspace.folder);
    const builder = await knowBuilder(job, lookUp);
    const scripts = await scriptsStage(job, {
      builder,
      // Nothing can look into the image: what isn't there, its build says.
      facts: Promise.resolve({ hasFile: () => true }),
      source: Promise.resolve(opened.tree),
      names: request.clean ? ['assemble', 'run'] : buildScripts,
    });
    const env = await environmentOf(job, opened.tree);
    const text = dockerfileText(recipeOf(job, { builder, opened, scripts, env }));
    const fill = (folder: string) => fillContext(folder, opened.tree, scripts, job.signal);
    await writePlace(place, { text, fill, signal: job.signal });
  } finally {
    await workspace.close({ tidy: true, keepFolder: request.keepWorkspace });
  }
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

/** What `sti generate` has: a folder that the user fills. */
function noSource(folder: string): OpenedSource {
  return { tree: { root: folder, entries: [], disposable: false }, location: '', fileCount: 0, bytes: 0, warnings: [] };
}
