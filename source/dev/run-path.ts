import type { TransportName } from '../build/request.ts';
import type { ImageConfig } from '../engine/engine.ts';
import type { RunPath } from './events.ts';

/** Beyond this, assembling twice (once to run, once for the image) costs more than committing first; milliseconds. */
const longAssemble = 1_500;

/**
 * Whether the container that assembled may become the application. It may where it's provably the same as a container of
 * the image (ARCHITECTURE.md, "The way of a save"): same user, no entrypoint, no volume, nothing of ours left in it.
 */
export function chooseRunPath(facts: {
  readonly config: ImageConfig;
  readonly assembleUser: string;
  readonly transport: TransportName;
  /** How long the assemble of this state took; milliseconds. */
  readonly assembleMs: number;
}): { readonly path: RunPath; readonly why: string } {
  const { config, assembleUser, transport, assembleMs } = facts;
  const imageFirst = (why: string) => ({ path: 'image first', why }) as const;
  if (assembleUser !== '' && assembleUser !== config.user)
    return imageFirst('assemble runs as another user than the image');
  if (config.entrypoint.length > 0) return imageFirst('the image has an entrypoint');
  if (config.volumes.length > 0) return imageFirst('the image has volumes');
  if (transport !== 'bind') return imageFirst('the source could not be taken out of the container again');
  if (assembleMs > longAssemble) return imageFirst('assemble takes long, so it is not done twice');
  return { path: 'in place', why: 'the container is the same as one of the image' };
}
