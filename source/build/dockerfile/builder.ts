import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { type BuilderSpec, builderSpec } from '../../protocol/builder-spec.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { describeUrl, type ScriptUrl, usualScripts } from '../../protocol/script-places.ts';
import { shortId } from '../../terminal/units.ts';
import type { Job } from '../job.ts';
import { checkUsers, checkVolumes, ownScriptsUrl } from '../steps/builder.ts';

/** What is known of a builder that needn't be on any engine. */
export interface KnownBuilder {
  readonly image: { readonly id: string };
  readonly spec: BuilderSpec;
  readonly scriptsUrl: ScriptUrl | undefined;
  /** Its USER; undefined: nobody has looked. */
  readonly user: string | undefined;
}

/** How to look a builder up: not at all, where there is an engine that has it, or on an engine that must have it. */
export type LookUp =
  | { readonly at: 'nowhere' }
  | { readonly at: 'engine'; readonly must: boolean; readonly connect: () => Promise<Engine> };

/** s2i's own assumption of every builder, with that of the scripts' place. */
const usualUser = '1001';

/** The builder as its labels say, or as s2i assumes of every builder; one step, whose line says which. */
export function knowBuilder(job: Pick<Job, 'request' | 'reporter' | 'signal'>, lookUp: LookUp): Promise<KnownBuilder> {
  const { request, reporter } = job;
  const name = formatReference(request.builder);
  return reporter.step('builder', async () => {
    const image = lookUp.at === 'nowhere' ? undefined : await ask(name, lookUp, job);
    const nothing = { id: name, config: { labels: {}, env: [], user: usualUser } };
    const spec = builderSpec(image ?? nothing, request);
    const scriptsUrl = request.imageScriptsUrl ?? ownScriptsUrl(spec);
    checkUsers(name, image?.config.onBuild ?? [], spec.assembleUser, request.allowedUids);
    checkVolumes(spec.destination, request.volumes);
    const assumed = `user ${spec.assembleUser}, ${describeUrl(scriptsUrl ?? usualScripts)}, ${spec.destination}`;
    return {
      summary: image === undefined ? `${name} · not looked up: ${assumed}` : `${name} · ${shortId(image.id)}`,
      value: { image: image ?? nothing, spec, scriptsUrl, user: image?.config.user },
    };
  });
}

async function ask(
  name: string,
  { must, connect }: LookUp & { at: 'engine' },
  { signal, reporter }: Pick<Job, 'signal' | 'reporter'>,
) {
  try {
    const engine = await connect();
    const image = await engine.inspectImage(name, signal).finally(() => engine.close());
    if (image !== undefined || !must) return image;
  } catch (error) {
    signal.throwIfAborted();
    if (must) throw error;
    reporter.status('builder', error instanceof Error ? error.message : String(error));
    return undefined;
  }
  throw new StiError('builder', `the builder image ${name} is not on this engine`, {
    hint: 'Pull it first, or leave --url out: then s2i’s defaults and the options count.',
  });
}
