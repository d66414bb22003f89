import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { Engine } from '../../../engine/engine.ts';
import { packTree } from '../../../tree/pack.ts';
import type { Delivery, Destination } from './delivery.ts';

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

/** The same for a container that is never committed: everybody may write at the destination, as in a mount, whatever the image has there. */
export function thrownAwayDelivery(engine: Engine, target: string): Delivery {
  const delivery = ownLayerDelivery(engine, target);
  let opened: Promise<void> | undefined;
  return {
    ...delivery,
    async place(tree, folder, to, signal, onProgress) {
      opened ??= openToAll(engine, to);
      await opened;
      await delivery.place(tree, folder, to, signal, onProgress);
    },
  };
}

async function openToAll(engine: Engine, { path, containerId }: Destination): Promise<void> {
  const id = await containerId;
  const found = await engine.statPath(id, path);
  if (found !== undefined && (found.type !== 'directory' || isOpenToAll(found.mode))) return;
  const tar = pack();
  tar.entry({ name: `${path.slice(1)}/`, type: 'directory', mode: 0o1777, uid: 0, gid: 0 });
  tar.finalize();
  await engine.putArchive(id, '/', Readable.from(tar));
}

/** Whether a folder of this mode is one where everybody may make files. */
export function isOpenToAll(mode: number): boolean {
  return (mode & 0o002) !== 0;
}
