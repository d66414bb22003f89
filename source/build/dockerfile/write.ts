import { StiError } from '../../errors.ts';
import type { OpenedSource } from '../../origin/open.ts';
import { checkRequest } from '../check-request.ts';
import type { HostEnvironment } from '../context.ts';
import { type ToldOutcome, toldAsBuild } from '../instead/told.ts';
import type { Job } from '../job.ts';
import { createReporter } from '../reporter.ts';
import type { BuildRequest } from '../request.ts';
import { openStage } from '../steps/source.ts';
import { openWorkspace } from '../workspace/workspace.ts';
import { knowBuilder, type LookUp } from './builder.ts';
import { composeContext } from './context.ts';
import { checkPlace, type Place, writePlace } from './place.ts';

/** A build that is to be written down; `clean`: without a stage that restores what the image of TAG saved. */
export interface DockerfileRequest {
  readonly build: BuildRequest;
  readonly place: Place;
  readonly lookUp: LookUp;
}

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
    const job = { ...host, request, checked, workspace, reporter };
    const opened = place.withSource ? await openStage(job) : noSource(workspace.folder);
    const builder = await knowBuilder(job, lookUp);
    const context = await composeContext(job, { builder, opened });
    await writePlace(place, { ...context, signal: job.signal });
  } finally {
    await workspace.close({ tidy: true, keepFolder: request.keepWorkspace });
  }
}

/** What `sti generate` has: a folder that the user fills. */
function noSource(folder: string): OpenedSource {
  return { tree: { root: folder, entries: [], disposable: false }, location: '', fileCount: 0, bytes: 0, warnings: [] };
}
