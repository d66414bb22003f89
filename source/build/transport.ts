import { existsSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, Mount } from '../engine/engine.ts';
import { StiError } from '../errors.ts';
import { copyTree } from '../origin/copy-tree.ts';
import { packTree } from '../origin/pack-tree.ts';
import type { FileTree } from '../origin/tree.ts';
import type { TransportName } from './request.ts';

/** Numeric ids of the user that a container runs as. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A way for files into a gated container (PROTOCOL.md, "What goes in"). All three mount something at the destination, so
 * that nothing put there gets into the image, and all three give the same files, modes and owners.
 */
export interface Transport {
  readonly name: TransportName;
  /** undefined: the destination is in the container's own filesystem, which a commit must never see. */
  readonly mount: Mount | undefined;
  /** Puts a tree below `<destination>/<folder>`, over what is there, owned by the container's user. */
  place(tree: FileTree, folder: string, to: Destination, signal?: AbortSignal): Promise<void>;
}

/** The container to put files into, as far as it is known: the bind way needs the owner only, and can begin early. */
export interface Destination {
  /** Where the mount is: `/tmp`. */
  readonly path: string;
  readonly owner: Promise<Owner>;
  readonly containerId: Promise<string>;
}

/** The archive API without a mount: what a script moves out of there is renamed instead of copied. */
export function ownLayerTransport(engine: Engine, target: string): Transport {
  return { ...uploadTransport(engine, target), mount: undefined };
}

/** Copies into a folder of ours that the engine mounts: the fast way, where owners can be set and cleaned up after. */
export async function bindTransport(stage: string, target: string, relabel: boolean): Promise<Transport> {
  await mkdir(stage, { recursive: true });
  await chmod(stage, 0o1777);
  return {
    name: 'bind',
    mount: { type: 'bind', source: stage, target, relabel },
    async place(tree, folder, to, signal) {
      const top = join(stage, folder);
      // Fetched scripts go over the image's own, repaired ones over the source's.
      if (existsSync(top)) await removeFiles(top, tree);
      await copyTree(tree, top, { owner: await to.owner, ...(signal && { signal }) });
    },
  };
}

async function removeFiles(top: string, { entries }: FileTree): Promise<void> {
  const files = entries.filter(({ type }) => type !== 'directory');
  await Promise.all(files.map(({ path }) => rm(join(top, path), { force: true })));
}

/**
 * A tar on the stdin of an `exec`, unpacked by the container's own user; images without `tar` get it through the archive
 * API instead, unless the stream was asked for by name.
 */
export function streamTransport(
  engine: Engine,
  target: string,
  { forced, onStatus }: { readonly forced: boolean; readonly onStatus: (text: string) => void },
): Transport {
  const upload = uploadTransport(engine, target);
  let hasTar = true;
  return {
    name: 'stream',
    mount: { type: 'volume', target },
    async place(tree, folder, to, signal) {
      if (!hasTar) return upload.place(tree, folder, to, signal);
      const stdin = packTree(tree, { prefix: folder, owner: await to.owner, ...(signal && { signal }) });
      // umask 0: a tar that isn't root's applies it, and busybox's drops write permission (ENGINE.md, "Traps").
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
      onStatus('way in: upload (the image has no tar)');
      await upload.place(tree, folder, to, signal);
    },
  };
}

/** The archive API with numeric owners: for images without `tar`. */
export function uploadTransport(engine: Engine, target: string): Transport {
  return {
    name: 'upload',
    mount: { type: 'volume', target },
    async place(tree, folder, to, signal) {
      const prefix = `${to.path.slice(1)}/${folder}`;
      const tar = packTree(tree, { prefix, owner: await to.owner, ...(signal && { signal }) });
      // From `/` on: an engine refuses links that lead out of the folder that it unpacks into.
      await engine.putArchive(await to.containerId, '/', tar, signal);
    },
  };
}

/**
 * The way in that engine and user allow (PROTOCOL.md, "What goes in"), without asking either: a bind only where sti can
 * give its copy the right owner and remove what the container's user leaves in it.
 */
export function chooseTransport(facts: {
  readonly engineHere: boolean;
  readonly rootless: boolean;
  readonly self: Owner;
  /** undefined: not known before the container runs. */
  readonly user: Owner | undefined;
  /** sti can copy what the image itself has at the destination, owners and all; true when there is nothing. */
  readonly contentCopies: boolean;
}): { readonly name: TransportName; readonly reason: string } {
  const { engineHere, rootless, self, user, contentCopies } = facts;
  if (!engineHere) return { name: 'stream', reason: 'the engine is not on this machine' };
  if (!contentCopies)
    return { name: 'stream', reason: 'the image has files of its own there that only the engine can copy' };
  if (rootless) {
    return user?.uid === 0
      ? { name: 'bind', reason: 'the rootless engine maps the container root to this user' }
      : { name: 'stream', reason: 'the rootless engine maps the container user to another id' };
  }
  if (self.uid === 0) return { name: 'bind', reason: 'sti is root on the engine machine' };
  if (user !== undefined && user.uid === self.uid && user.gid === self.gid) {
    return { name: 'bind', reason: 'this user and the container user have the same ids' };
  }
  return { name: 'stream', reason: 'this user cannot give files to the container user' };
}
