import { StiError } from '../../errors.ts';
import { type RebuildInfo, readBuildLabels } from '../../protocol/image/labels.ts';
import { formatReference } from '../../protocol/image/reference.ts';
import { Secrets } from '../../protocol/secrets.ts';
import { readArgument } from '../command-line/arguments.ts';
import type { Parsed, RunCommand } from '../command-line/table.ts';
import { type Application, readApplication } from '../config/apply.ts';
import type { Context } from '../context.ts';
import { imageReference, outputReference } from '../options/kinds/reference.ts';
import { withDefaults } from '../options/table.ts';
import { connect } from '../wiring/engine.ts';
import { withCancellation } from '../wiring/signals.ts';
import { buildAndTell } from './build.ts';

/** `sti rebuild`: `sti build` of what the labels of an image say, at the commit that they name. */
export const run: RunCommand<'rebuild'> = async (parsed, context) =>
  buildAndTell(await readRebuild(parsed, context), context);

async function readRebuild(parsed: Parsed<'rebuild'>, context: Context): Promise<Application> {
  const [written = '', tag = written] = parsed.positionals;
  const name = formatReference(readArgument('IMAGE', written, imageReference, 'rebuild'));
  readArgument('TAG', tag, outputReference, 'rebuild');
  const { explicit } = parsed;
  const info = await withCancellation(context, (signal) => inspect(name, parsed, context, signal));
  const application = await readApplication(
    {
      command: 'rebuild',
      positionals: [info.sourceLocation, info.image, tag],
      explicit: {
        // One that is the tag's follows it.
        ...(info.displayName !== written && { applicationName: info.displayName }),
        description: info.description,
        ...explicit,
        contextDir: info.contextDir,
        ref: info.commit,
      },
    },
    context,
  );
  if (!info.dirty) return application;
  const dirty = `${name} had more than the commit ${info.commit}: what was not committed is not built again`;
  return { ...application, warnings: [...application.warnings, dirty] };
}

async function inspect(
  name: string,
  { explicit }: Parsed<'rebuild'>,
  context: Context,
  signal: AbortSignal,
): Promise<RebuildInfo> {
  const engine = await connect(withDefaults(explicit), context, { emit: () => {}, signal, secrets: new Secrets() });
  try {
    const image = await engine.inspectImage(name, signal);
    if (image === undefined) {
      throw new StiError('source', `there is no image ${name} to build again`, {
        hint: 'Pull it first, or name one that the engine has.',
      });
    }
    const info = readBuildLabels(image.config.labels);
    if (info !== undefined) return info;
    throw new StiError('source', `the labels of ${name} don't say what it was built from`, {
      hint: 'Name an image that sti or s2i built, or build its source with sti build.',
    });
  } finally {
    engine.close();
  }
}
