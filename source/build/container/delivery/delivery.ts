import type { Mount } from '../../../engine/engine.ts';
import type { FileTree } from '../../../tree/tree.ts';
import type { TransportName } from '../../request.ts';

/** Hears now and then how many entries of the tree are on their way. */
export type OnProgress = (done: number) => void;

/** Numeric ids of the user that a container runs as. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A way for files into a gated container (docs/protocol.md, "What goes in"). Each gives the same files, modes and owners, and
 * nothing that it puts there gets into the image: something is mounted there, or it's removed before the commit.
 */
export interface Delivery {
  readonly name: TransportName;
  /** undefined: the destination is in the container's own layer, which is cleared before a commit or never committed. */
  readonly mount: Mount | undefined;
  /** Makes a tree ready for `<destination>/<folder>`, over what is ready there, owned by the container's user. */
  place(tree: FileTree, folder: string, to: Destination, signal?: AbortSignal, onProgress?: OnProgress): Promise<void>;
  /** Lets everything that is ready into the container's sight. Rejects with code `builder` when the container is in the way. */
  enter(to: Destination): Promise<void>;
}

/** The container to put files into, as far as it is known: the bind way needs the owner only, and can begin early. */
export interface Destination {
  /** Where the mount is: `/tmp`. */
  readonly path: string;
  readonly owner: Promise<Owner>;
  readonly containerId: Promise<string>;
}
