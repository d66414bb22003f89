import type { Engine, ImageDetails } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { ImageProbe } from '../image/probe.ts';
import type { Job } from '../job.ts';
import type { Builder } from '../steps/builder.ts';
import type { BuildContainer } from './container.ts';

/** Names at the destination that a build puts there itself, or that must not stay (docs/protocol.md, "What goes in"). */
export const ours: ReadonlySet<string> = new Set(['src', 'artifacts', 'scripts', 'defaultScripts', '.s2i']);

/**
 * Whether the files of a build that reuses artifacts can be in the build container's own layer: what assemble moves out of
 * there, as most do with artifacts, is renamed, where out of a mount each file is made a second time. The image has nothing
 * at the destination that it would get back differently.
 */
export function fitsOwnLayer(
  { request }: Pick<Job, 'request'>,
  of: {
    readonly builder: Pick<Builder, 'image' | 'spec'>;
    readonly facts: Pick<ImageProbe, 'content' | 'resolvedDestination' | 'hasFile'>;
    readonly previous: ImageDetails | undefined;
  },
): boolean {
  const { builder, facts, previous } = of;
  const { destination } = builder.spec;
  const isEmpty = facts.content.length === 0 && facts.resolvedDestination === destination;
  const isVolume = (path: string) =>
    `${path}/`.startsWith(`${destination}/`) || `${destination}/`.startsWith(`${path}/`);
  return (
    previous !== undefined &&
    !request.clean &&
    isEmpty &&
    facts.hasFile(`${destination}/`) &&
    !builder.image.config.volumes.some(isVolume) &&
    request.transport === undefined &&
    request.runtime === undefined &&
    // A layer in which files have been is not, byte for byte, one in which they have never been.
    request.sourceDateEpoch === undefined
  );
}

/** Removes what must not stay of a build whose files are in the layer that is about to be committed. */
export async function clearOwnLayer(
  engine: Engine,
  container: BuildContainer,
  names: readonly string[],
): Promise<void> {
  const { gate } = container;
  const paths = names.map((name) => container.path(name));
  if (paths.length === 0 || (await gate.clear(paths))) return;
  const { exitCode, output } = await engine.exec(gate.id, { command: ['rm', '-rf', ...paths], user: '0' });
  if (exitCode === 0) return;
  throw new StiError('commit', `${paths.join(', ')} could not be removed from the image: ${output.trim()}`, {
    hint: 'Build with --transport bind, or with --clean.',
  });
}
