import type { Engine, ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { hasArchiveName, type SourceSpec } from '../../origin/classify.ts';
import type { OpenedSource } from '../../origin/open.ts';
import { builderSpec } from '../../protocol/builder-spec.ts';
import { buildLabels, checkLabels, mergeLabels } from '../../protocol/image/labels.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { installedRun } from '../../protocol/paths.ts';
import { shortId } from '../../terminal/units.ts';
import { planArtifacts } from '../artifacts/plan.ts';
import { openCache } from '../cache.ts';
import { checkRequest } from '../check-request.ts';
import { numericOwner, wayIn } from '../container/delivery/choose.ts';
import { fitsOwnLayer } from '../container/own-layer.ts';
import type { BuildContext, HostEnvironment } from '../context.ts';
import type { BuildPlan } from '../events.ts';
import { labelInfoOf } from '../image/label-info.ts';
import { findImage } from '../image/obtain.ts';
import { knownOfImage } from '../image/probe.ts';
import type { Job } from '../job.ts';
import { createReporter } from '../reporter.ts';
import type { BuildRequest } from '../request.ts';
import { checkDepth, checkUsers, ownScriptsUrl } from '../steps/builder.ts';
import { ofBuilder, requiredScript, scriptsStage } from '../steps/scripts.ts';
import { environmentOf, openStage } from '../steps/source.ts';
import { openWorkspace } from '../workspace/workspace.ts';
import { describeFound, planRuntime, pullOf, unknownImage } from './runtime.ts';
import { type ToldOutcome, toldAsBuild } from './told.ts';

/**
 * Says what a build would do and why (docs/protocol.md, "Command line"). The source is read, or fetched to this machine, and so are
 * scripts at a URL; of the engine only questions are asked. What would fail for sure fails here as well.
 */
export function planBuild(
  request: BuildRequest,
  host: HostEnvironment,
  connect: () => Promise<Engine>,
): Promise<ToldOutcome> {
  return toldAsBuild(request, host, async (told) => {
    const checked = checkRequest(request, told.cwd);
    const engine = await connect();
    const workspace = await openWorkspace(told);
    try {
      const { emit, secrets } = told;
      // Its steps are the plan's lines.
      const reporter = createReporter((event) => (event.type === 'warning' ? emit(event) : undefined), secrets);
      return { type: 'planned', plan: await plan({ ...told, engine, request, checked, workspace, reporter }) };
    } finally {
      await workspace.close({ tidy: true, keepFolder: false });
      engine.close();
    }
  });
}

type PlanJob = BuildContext & Pick<Job, 'request' | 'checked' | 'workspace' | 'reporter'>;

async function plan(job: PlanJob): Promise<BuildPlan> {
  const { request, checked, engine, signal } = job;
  const name = formatReference(request.builder);
  const [opened, image, previous] = await Promise.all([
    openStage(job),
    findImage(engine, name, request.container?.platform, signal),
    checked.tag === null ? undefined : engine.inspectImage(checked.tag, signal),
  ]);
  const builder = builderOf(job, name, image);
  const cache = openCache(job.cacheDir, job.uid);
  const known = await knownOfImage(cache, builder.image.id, builder.spec.destination);
  // What isn't known of the builder yet is as it usually is.
  const { content = [], resolvedDestination = builder.spec.destination } = known;
  const hasFile = (path: string) => known.hasFile(path) !== false;
  const facts = { content, resolvedDestination, hasFile };
  const runtime = request.runtime && (await planRuntime(job, request.runtime, { cache, source: opened.tree }));
  const scripts = await scriptsStage(job, {
    builder,
    facts: Promise.resolve({ hasFile }),
    source: Promise.resolve(opened.tree),
    ...(runtime !== undefined && ofBuilder),
  });
  const env = await environmentOf(job, opened.tree);
  const script = scripts.found.get('save-artifacts');
  const artifacts = planArtifacts({ ...request, tag: checked.tag, previous, script });
  const run = requiredScript(runtime?.scripts ?? scripts, 'run');
  const runs = { ...builder, user: builder.spec.assembleUser, ...runtime };
  const user = builder.spec.assembleUser;
  const own = runs.image.config;
  const labels = mergeLabels(own.labels, buildLabels(labelInfoOf(request, opened)), request.labels);
  checkLabels(labels);
  return {
    source: describeSource(checked.source, request, opened),
    builder: { name, imageId: image?.id ?? null, pull: pullOf(name, request.pullPolicy, image) },
    scripts: [...describeFound(scripts, known), ...(runtime?.described ?? [])],
    artifacts: artifacts.incremental
      ? { incremental: true, reason: `what ${artifacts.script.path} saves from ${checked.tag}` }
      : { incremental: false, reason: artifacts.reason },
    wayIn: fitsOwnLayer(job, { builder, facts, previous })
      ? { name: 'upload', reason: "a build that reuses artifacts has its files in the container's own layer" }
      : wayIn(job, known.owner(user) ?? numericOwner(user), content),
    assemble: { user, variables: env.map((entry) => entry.slice(0, entry.indexOf('='))) },
    ...(runtime && { runtime: runtime.plan }),
    commit: {
      cmd: [run.content === undefined ? run.path : installedRun],
      user: own.user === '' && runs.user !== '' ? '0' : own.user,
      exposedPorts: own.exposedPorts,
      labels,
    },
    tag: {
      name: checked.tag,
      imageId: previous?.id ?? null,
      removed: request.removePrevious && previous !== undefined,
    },
    outputs: (request.outputs ?? []).map(({ form, path }) => `${form}:${path}`),
    push: request.push === true,
    sbom: request.sbom === true,
  };
}

/** The builder as far as it's here; of one that is yet to be pulled nothing is known. */
function builderOf({ request, engine }: PlanJob, name: string, found: ImageDetails | undefined) {
  const image = found ?? unknownImage(name);
  const spec = builderSpec(image, request);
  if (found !== undefined) checkDepth(name, found, engine.about.kind);
  if (found !== undefined && found.config.onBuild.length > 0) {
    throw new StiError('usage', `${name} has ONBUILD instructions: what they do only a build tells`, {
      hint: 'Leave --dry-run out, or read them: docker inspect -f "{{.Config.OnBuild}}" IMAGE.',
    });
  }
  checkUsers(name, found?.config.onBuild ?? [], spec.assembleUser, request.allowedUids);
  return { image, spec, scriptsUrl: request.imageScriptsUrl ?? ownScriptsUrl(spec) };
}

function describeSource(spec: SourceSpec, request: BuildRequest, opened: OpenedSource): BuildPlan['source'] {
  const { location, contextDir = null, revision, fileCount, bytes } = opened;
  const dirty = revision?.dirty === true ? ', with what is not committed' : '';
  return {
    kind: kindOf(spec, request),
    location,
    contextDir,
    revision: revision === undefined ? null : `${revision.ref}@${shortId(revision.id)}${dirty}`,
    files: fileCount,
    bytes,
  };
}

function kindOf(spec: SourceSpec, { ref }: BuildRequest): string {
  switch (spec.kind) {
    case 'folder':
      return ref === undefined ? 'folder as it is now' : 'git repository, cloned';
    case 'git':
      return 'git repository, cloned';
    case 'download':
      return 'archive, downloaded and unpacked';
    case 'file':
      return hasArchiveName(spec.path) ? 'archive, unpacked' : 'single file';
  }
}
