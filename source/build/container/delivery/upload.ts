import type { Engine } from '../../../engine/engine.ts';
import { packTree } from '../../../tree/pack.ts';
import type { Delivery } from './delivery.ts';

/** The archive API with numeric owners: for images without `tar`. */
export function uploadDelivery(engine: Engine, target: string): Delivery {
  return {
    name: 'upload',
    mount: { type: 'volume', target },
    async place(tree, folder, to, signal, onProgress) {
      const prefix = `${to.path.slice(1)}/${folder}`;
      const tar = packTree(tree, { prefix, owner: await to.owner, signal, onProgress });
      // From `/` on: an engine refuses links that lead out of the folder that it unpacks into.
      await engine.putArchive(await to.containerId, '/', tar, signal);
    },
    async enter() {},
  };
}

/** The archive API without a mount: what a script moves out of there is renamed instead of copied. */
export function ownLayerDelivery(engine: Engine, target: string): Delivery {
  return { ...uploadDelivery(engine, target), mount: undefined };
}
