import { join } from 'node:path';
import type { ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { builderSpec } from '../../protocol/builder-spec.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { formatBytes, shortId } from '../../terminal/units.ts';
import { composeContext } from '../dockerfile/context.ts';
import { writePlace } from '../dockerfile/place.ts';
import { obtainImage } from '../image/obtain.ts';
import type { Job } from '../job.ts';
import { checkUsers, checkVolumes, ownScriptsUrl } from '../steps/builder.ts';
import { type Committed, finish, removePrevious } from '../steps/commit.ts';
import { previousImage } from '../steps/previous.ts';
import { openStage } from '../steps/source.ts';

/**
 * Builds by the Dockerfile that `--as-dockerfile` writes (docs/protocol.md, "By another builder"). What comes before and after,
 * down to the tag, is that of any build.
 */
export async function buildByProgram(job: Job): Promise<Committed> {
  const { engine, request, reporter, checked, workspace, signal } = job;
  const [builder, opened, previous] = await Promise.all([builderOf(job), openStage(job), previousImage(job)]);
  const known = { ...builder, user: builder.image.config.user };
  const { imageId, restores } = await reporter.step('assemble', async () => {
    return { summary: 'exit 0', value: await buildWith(request.clean || previous === undefined) };
  });
  return reporter.step('commit', async () => {
    const image = await finish(job, imageId);
    await removePrevious(job, previous, imageId);
    const addedBytes = Math.max(0, (image?.size ?? 0) - builder.image.size);
    const { labels = {}, exposedPorts = [] } = image?.config ?? {};
    const { tag } = checked;
    const value = { tag, imageId, addedBytes, labels, exposedPorts, incremental: restores };
    return { summary: `${tag ?? 'no tag'} · sha256:${shortId(imageId)} · +${formatBytes(addedBytes)}`, value };
  });

  async function buildWith(clean: boolean): Promise<{ readonly imageId: string; readonly restores: boolean }> {
    const context = await composeContext({ ...job, request: { ...request, clean } }, { builder: known, opened });
    const { restores } = context;
    const folder = join(workspace.folder, clean ? 'context' : 'context-with-artifacts');
    await writePlace({ file: join(folder, 'Dockerfile'), withSource: true }, { ...context, signal });
    const output = reporter.output('assemble');
    const built = await engine.buildFolder?.(
      folder,
      {
        scratch: workspace.folder,
        clean: request.clean,
        settings: request.container,
        secrets: request.secrets,
        onOutput: (text) => output.sink('stdout', Buffer.from(text)),
        onStatus: (line) => reporter.status('assemble', line),
      },
      signal,
    );
    await output.end();
    if (built === undefined) throw new StiError('bug', 'no program that builds Dockerfiles was asked for');
    if ('imageId' in built) return { imageId: built.imageId, restores };
    if (restores && unreachableImage(built.failure) === checked.tag) {
      reporter.warn(`nothing is reused: the builder can't pull ${checked.tag}, which only the engine has`);
      return buildWith(true);
    }
    throw failed(built.failure, output.lastLines());
  }
}

/** A builder of another machine has only what registries have: which image that was, as people write it. */
export function unreachableImage(failure: string): string | undefined {
  const [, name] =
    /failed to solve: ([^\s:]+(?::\d+\/[^\s:]+)?(?::[\w.-]+)?): (?!process |exit code)/.exec(failure) ?? [];
  return name?.replace(/^docker\.io\/(library\/)?/, '');
}

function builderOf({ request, reporter, engine, signal }: Job) {
  return reporter.step('builder', async () => {
    const name = formatReference(request.builder);
    const onStatus = (line: string) => reporter.status('builder', line);
    const image = await obtainImage(
      engine,
      name,
      { policy: request.pullPolicy, platform: request.container?.platform, onStatus },
      signal,
    );
    refuseOnBuild(name, image);
    const spec = builderSpec(image, request);
    checkUsers(name, [], spec.assembleUser, request.allowedUids);
    checkVolumes(spec.destination, request.volumes);
    const scriptsUrl = request.imageScriptsUrl ?? ownScriptsUrl(spec);
    return { summary: `${name} · ${shortId(image.id)}`, value: { image, spec, scriptsUrl } };
  });
}

function refuseOnBuild(name: string, { config }: ImageDetails): void {
  if (config.onBuild.length === 0) return;
  throw new StiError('usage', `${name} has ONBUILD instructions, so it can't be used with --builder`, {
    hint: 'Leave --builder out: the engine itself runs them.',
  });
}

/** BuildKit says `exit code: 3`, buildah `exit status 3`. */
function failed(failure: string, lastLines: readonly string[]): StiError {
  const [, exitCode] = /exit (?:code:|status) (\d+)/.exec(failure) ?? [];
  if (exitCode === undefined) {
    const image = unreachableImage(failure);
    return new StiError('assemble', `the Dockerfile could not be built: ${failure}`, {
      lastLines,
      hint:
        image === undefined
          ? 'Add --verbose for all that the builder says.'
          : `A builder of another machine takes ${image} from a registry: name one that has it, or choose the engine's own (docker buildx use default).`,
    });
  }
  return new StiError('assemble', `assemble failed with exit code ${exitCode}`, {
    lastLines,
    hint: 'Read its last lines, or build without --builder.',
  });
}
