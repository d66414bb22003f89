import type { Engine } from '../../../engine/engine.ts';
import { StiError } from '../../../errors.ts';
import { packTree } from '../../../tree/pack.ts';
import { isClosed } from '../../../tree/tree.ts';
import type { Delivery } from './delivery.ts';
import { uploadDelivery } from './upload.ts';

/**
 * A tar on the stdin of an `exec`, unpacked by the container's own user; images without `tar` get it through the archive
 * API instead, unless the stream was asked for by name.
 */
export function streamDelivery(
  engine: Engine,
  target: string,
  { forced, onStatus }: { readonly forced: boolean; readonly onStatus: (text: string) => void },
): Delivery {
  const upload = uploadDelivery(engine, target);
  let hasTar = true;
  return {
    name: 'stream',
    mount: { type: 'volume', target },
    async place(tree, folder, to, signal, onProgress) {
      // A tar that isn't root's can't fill a folder that its owner may not change: busybox's gives it its mode first.
      if (!hasTar || tree.entries.some(isClosed)) return upload.place(tree, folder, to, signal, onProgress);
      const stdin = packTree(tree, { prefix: folder, owner: await to.owner, signal, onProgress });
      // umask 0: a tar that isn't root's applies it, and busybox's drops write permission.
      const command = ['/bin/sh', '-c', 'umask 0; exec tar -C "$1" -xpf -', 'sti-unpack', to.path];
      const { exitCode, output } = await engine.exec(await to.containerId, { command, stdin }, signal);
      if (exitCode === 0) return;
      const missing = exitCode === 127 || exitCode === 126;
      if (!missing || forced) {
        throw new StiError('builder', `tar in the builder image failed (exit ${exitCode}): ${output.trim()}`, {
          hint: 'Use --transport upload, which needs no tar in the image.',
        });
      }
      hasTar = false;
      onStatus('copied by upload (the image has no tar)');
      await upload.place(tree, folder, to, signal, onProgress);
    },
    async enter() {},
  };
}
