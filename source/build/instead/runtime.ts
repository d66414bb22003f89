import type { ImageDetails } from '../../engine/engine.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { formatRuntimeArtifact } from '../../protocol/runtime-artifacts.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { Cache } from '../cache.ts';
import type { BuildPlan } from '../events.ts';
import { findImage, notHere } from '../image/obtain.ts';
import { knownOfImage } from '../image/probe.ts';
import type { Job } from '../job.ts';
import type { PullPolicy, RuntimeRequest } from '../request.ts';
import { readRuntime } from '../runtime/image.ts';
import { runtimeScripts } from '../runtime/stage.ts';
import type { ScriptSet } from '../scripts/resolve.ts';

/** What an image that is made of another one than the builder is like. */
export async function planRuntime(
  job: Pick<Job, 'engine' | 'request' | 'workspace' | 'cwd' | 'http' | 'signal'>,
  request: RuntimeRequest,
  { cache, source }: { readonly cache: Cache; readonly source: FileTree },
) {
  const name = formatReference(request.image);
  const found = await findImage(job.engine, name, job.request.container?.platform, job.signal);
  const pull = pullOf(name, request.pullPolicy, found, 'runtime image');
  // What a label says of one that is yet to be pulled isn't known; it's no mistake that nobody else says it.
  const { artifacts } = request;
  const asked = found === undefined && artifacts.length === 0 ? { ...request, artifacts: anything } : request;
  const runtime = readRuntime(job, asked, found ?? unknownImage(name));
  const known = await knownOfImage(cache, runtime.image.id, runtime.spec.destination);
  const facts = { hasFile: (path: string) => known.hasFile(path) !== false };
  const scripts = await runtimeScripts(job, runtime, { facts, source: Promise.resolve(source) });
  const { image, spec } = runtime;
  const user = spec.assembleUser;
  const named = (asked === request ? runtime.artifacts : []).map(formatRuntimeArtifact);
  const plan = { name, imageId: found?.id ?? null, pull, artifacts: named, user };
  return { plan, scripts, described: describeFound(scripts, known), image, user };
}

const anything = [{ source: '/', target: '' }];

export function describeFound(
  { found }: ScriptSet,
  known: { hasFile(path: string): boolean | undefined },
): BuildPlan['scripts'] {
  return [...found.values()].map(({ name, path, from, content }) => {
    const isSeen = content !== undefined || known.hasFile(path) !== undefined;
    return { name, path, from: isSeen ? from : `${from}, if it is there` };
  });
}

/** @throws StiError `builder` when it isn't here and may not be pulled */
export function pullOf(name: string, policy: PullPolicy, image: ImageDetails | undefined, what?: string): string {
  if (policy === 'always') return 'is pulled (pull policy always)';
  if (image !== undefined) return `is not pulled (pull policy ${policy})`;
  if (policy === 'never') throw notHere(name, what);
  return 'is pulled; what its labels say is not known before (pull policy if-not-present)';
}

/** An image that is yet to be pulled. */
export function unknownImage(name: string): ImageDetails {
  const nothing = { user: '', workingDir: '', stopSignal: '', healthcheck: undefined, labels: {} };
  const none = { env: [], cmd: [], entrypoint: [], volumes: [], exposedPorts: [], onBuild: [], shell: [] };
  return { id: name, size: 0, layers: [], platform: '', tags: [], config: { ...nothing, ...none } };
}
