import type { DockerfileRequest } from '../../build/dockerfile/write.ts';
import { redacting } from '../../build/redact-event.ts';
import { StiError } from '../../errors.ts';
import type { Application } from '../config/apply.ts';
import type { Host } from '../context.ts';
import { type OptionName, options as table } from '../options/table.ts';
import { readBuildRequest } from '../request/build.ts';
import { checkCaches } from '../request/caches.ts';
import type { BuildRun } from './build.ts';
import { connect, describeHostEnvironment } from './engine.ts';
import { hideSecrets } from './secrets.ts';

/** What nobody could keep: it is about an image that isn't made, or would leave in a layer what no image may have. */
const without: readonly OptionName[] = [
  'inject',
  'output',
  'push',
  'sbom',
  'callbackUrl',
  'metadataFile',
  'rm',
  'dryRun',
  'run',
  'runtimeImage',
];
/** What whoever builds the Dockerfile has options for. */
const theirs: readonly OptionName[] = ['network', 'addHost', 'capDrop', 'memory', 'cpus', 'platform', 'ca'];

/**
 * Writes a Dockerfile instead of building. No engine is asked, but for a builder's labels where one is named (`--url`) or,
 * without source, where one is there.
 */
export function writeDown({ path, withSource }: { readonly path: string; readonly withSource: boolean }) {
  return async (application: Application, host: Host, { emit, signal, secrets }: BuildRun) => {
    const { explicit, options } = application;
    const wrong = without.find((name) => explicit[name] !== undefined);
    if (wrong !== undefined) {
      throw new StiError('usage', `${spelling(wrong)} and --as-dockerfile cannot be used together`, {
        hint: 'A Dockerfile is only text and files: build with an engine, or leave the option out.',
      });
    }
    checkCaches(options.volume, '--as-dockerfile');
    const { request, warnings } = await readBuildRequest(application, host.cwd);
    hideSecrets(secrets, request, host.env);
    const tell = redacting(emit, secrets.redact);
    const left = theirs.filter((name) => explicit[name] !== undefined).map(spelling);
    const leftOut = left.length === 0 ? [] : [`not in the Dockerfile, but for what builds it: ${left.join(', ')}`];
    for (const message of [...warnings, ...leftOut, ...mounted(application)])
      await tell({ type: 'warning', at: Date.now(), message });
    const [{ writeDockerfile }, { dockerfilePath }, environment] = await Promise.all([
      import('../../build/dockerfile/write.ts'),
      import('../../build/dockerfile/place.ts'),
      describeHostEnvironment(options, host, { emit, signal, secrets }),
    ]);
    const must = options.url !== undefined;
    const lookUp: DockerfileRequest['lookUp'] =
      must || !withSource
        ? { at: 'engine', must, connect: () => connect(options, host, { emit: tell, signal, secrets }) }
        : { at: 'nowhere' };
    // A build reuses what it can; a stage that can't be built without an image from before must be asked for.
    const clean = options.clean || explicit.incremental !== true;
    const place = { file: dockerfilePath(path, host.cwd), withSource };
    return writeDockerfile({ build: { ...request, clean }, place, lookUp }, environment);
  };
}

/** What whoever builds it has to know. */
function mounted({ options: { secret, volume } }: Application): string[] {
  if (secret.length === 0 && volume.length === 0) return [];
  const given = secret.map(({ id }) => `--secret id=${id},src=FILE`);
  const told = given.length === 0 ? '' : `, with ${given.join(' ')}`;
  return [`the Dockerfile has RUN --mount: build it by BuildKit, Podman or buildah${told}`];
}

function spelling(name: OptionName): string {
  return table[name].names.find((written) => written.startsWith('--')) ?? table[name].names[0];
}
