import type { Mount } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';

/**
 * A volume is a cache of whatever builds the Dockerfile; of a folder that knows nothing.
 * @throws StiError `usage`
 */
export function checkCaches(volumes: readonly Mount[], instead: string): void {
  const folder = volumes.find(({ type }) => type === 'bind');
  if (folder === undefined) return;
  throw new StiError('usage', `--volume ${folder.source}:${folder.target} and ${instead} exclude each other`, {
    hint: `Name a volume, which becomes a cache of the program that builds the Dockerfile: --volume cache:${folder.target}.`,
  });
}
