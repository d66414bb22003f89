import { chownSync, lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { engineAddress } from './engine-address.ts';
import type { StiOptions } from './sti.ts';

/** Options to run sti as an ordinary user in the group of the engine's socket; none when the tests run as one already. */
export function asOrdinaryUser(): Pick<StiOptions, 'user'> {
  if (process.getuid?.() !== 0) return {};
  const socket = engineAddress.startsWith('unix://') ? engineAddress.slice('unix://'.length) : undefined;
  return { user: { uid: 1000, gid: socket === undefined ? 1000 : statSync(socket).gid } };
}

/** Gives a folder and all in it to that user. */
export function giveTo({ user }: Pick<StiOptions, 'user'>, folder: string): void {
  if (user === undefined) return;
  chownSync(folder, user.uid, user.gid);
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, path), user.uid, user.gid);
  }
}
