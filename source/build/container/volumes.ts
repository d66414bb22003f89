import type { BuildContainer } from './container.ts';

/**
 * Watches the builder's volumes: what assemble writes there can't be in an image (docs/protocol.md, "commit"). Seen by what is
 * directly in them, before and after. Resolves to a function that names the volumes that have changed.
 */
export async function watchVolumes(
  container: BuildContainer,
  volumes: readonly string[],
): Promise<() => Promise<string[]>> {
  const watched = volumes.filter((path) => path !== container.destination);
  const before = new Map<string, string>();
  for (const path of watched) before.set(path, (await container.gate.list(path)).join('\n'));
  return async () => {
    const changed: string[] = [];
    for (const path of watched)
      if ((await container.gate.list(path)).join('\n') !== before.get(path)) changed.push(path);
    return changed;
  };
}
