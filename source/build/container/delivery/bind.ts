import { existsSync, lstatSync, readdirSync, renameSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, StiError } from '../../../errors.ts';
import { copyTree } from '../../../tree/copy.ts';
import type { FileTree } from '../../../tree/tree.ts';
import type { Delivery } from './delivery.ts';
import { relabelLike } from './selinux.ts';

/** The folders of this machine that a bound container's files go through. */
export interface BoundFolders {
  /** Has the others in it, and goes when the container is gone. */
  readonly folder: string;
  /** Only sti can reach it: here files are made ready. */
  readonly inbox: string;
  /** What the container has as its destination: while it lives, no path below is ever walked or written to. */
  readonly stage: string;
  /** Where what was in the stage can be moved, out of the container's sight; made by who moves. */
  readonly taken: string;
}

export interface BindDelivery extends Delivery, BoundFolders {}

/**
 * The fast way, where owners can be set and cleaned up after: files are made ready in a folder that no container sees, and
 * enter the mounted one beside it by a rename each. A rename follows no link and replaces nothing that isn't empty, so a
 * container can't lead it elsewhere.
 */
export async function bindDelivery(folder: string, target: string, relabel: boolean): Promise<BindDelivery> {
  const inbox = join(folder, 'inbox');
  const stage = join(folder, 'stage');
  await mkdir(inbox, { recursive: true });
  await mkdir(stage);
  await chmod(stage, 0o1777);
  return {
    name: 'bind',
    mount: { type: 'bind', source: stage, target, relabel },
    folder,
    inbox,
    stage,
    taken: join(folder, 'taken'),
    async place(tree, name, to, signal, onProgress) {
      const top = join(inbox, name);
      refuseLinks(inbox, name);
      // Fetched scripts go over the image's own, repaired ones over the source's.
      if (existsSync(top)) await removeFiles(top, tree);
      await copyTree(tree, top, { owner: await to.owner, signal, onProgress });
    },
    async enter({ path }) {
      const names = readdirSync(inbox);
      if (relabel)
        await relabelLike(
          stage,
          names.map((name) => join(inbox, name)),
        );
      for (const name of names) enterAs(join(inbox, name), join(stage, name), `${path}/${name}`);
    },
  };
}

function enterAs(from: string, to: string, shown: string): void {
  try {
    renameSync(from, to);
  } catch (cause) {
    throw new StiError(
      'builder',
      `the builder image has put something at ${shown} before assemble: ${messageOf(cause)}`,
      {
        cause,
        hint: 'Use another builder image: this one may have no usable /bin/sh.',
      },
    );
  }
}

/** A source's own link on the way to a folder in it must not lead a copy elsewhere. */
function refuseLinks(inbox: string, name: string): void {
  let path = inbox;
  for (const part of name.split('/')) {
    path = join(path, part);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new StiError('source', `${name} is behind a link, so nothing can be put there`, {
        hint: 'Replace the link in the source by the folder that it leads to.',
      });
    }
  }
}

async function removeFiles(top: string, { entries }: FileTree): Promise<void> {
  const files = entries.filter(({ type }) => type !== 'directory');
  await Promise.all(files.map(({ path }) => rm(join(top, path), { force: true })));
}
