import type { ContentEntry } from '../../image/probe.ts';
import type { Job } from '../../job.ts';
import type { TransportName } from '../../request.ts';
import type { Owner } from './delivery.ts';

/** The way into a container of this build: the one that was asked for, else the one that fits. */
export function wayIn(
  { engine, request, uid, gid }: Pick<Job, 'engine' | 'request' | 'uid' | 'gid'>,
  user: Owner | undefined,
  content: readonly ContentEntry[],
): { readonly name: TransportName; readonly reason: string } {
  if (request.transport !== undefined) return { name: request.transport, reason: 'asked for' };
  return chooseDelivery({
    engineHere: engine.about.socketPath !== undefined,
    rootless: engine.about.rootless,
    self: { uid, gid },
    user,
    contentCopies: content.length === 0 || (uid === 0 && content.every(({ plain }) => plain)),
  });
}

/** `1001:0` says both ids; `1001` alone doesn't, since passwd may give it another group than 0. */
export function numericOwner(user: string): Owner | undefined {
  if (user === '' || user === '0' || user === 'root') return { uid: 0, gid: 0 };
  const match = /^(\d+):(\d+)$/.exec(user);
  return match === null ? undefined : { uid: Number(match[1]), gid: Number(match[2]) };
}

/**
 * The way in that engine and user allow (docs/protocol.md, "What goes in"), without asking either: a bind only where sti
 * can give its copy the right owner and remove what the container's user leaves in it.
 */
export function chooseDelivery(facts: {
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
  // Even what the container's root makes can be given to ids that this user may not remove.
  if (rootless) return { name: 'stream', reason: 'the rootless engine maps the ids of its containers to others' };
  if (self.uid === 0) return { name: 'bind', reason: 'sti is root on the engine machine' };
  if (user !== undefined && user.uid === self.uid && user.gid === self.gid) {
    return { name: 'bind', reason: 'this user and the container user have the same ids' };
  }
  return { name: 'stream', reason: 'this user cannot give files to the container user' };
}
