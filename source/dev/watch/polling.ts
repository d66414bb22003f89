import { readFile, statfs } from 'node:fs/promises';
import { platform } from 'node:os';
import { hasCode } from '../../tree/file-errors.ts';

/** Kinds of file systems where others can change files without this machine being told; numbers of statfs(2). */
const silentFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'a network folder (NFS)'],
  [0x517b, 'a network folder (SMB)'],
  [0xff534d42, 'a network folder (CIFS)'],
  [0xfe534d42, 'a network folder (SMB)'],
  [0x5346414f, 'a network folder (AFS)'],
  [0x00c36400, 'a network folder (Ceph)'],
  [0x01021997, 'a folder of another machine (9p)'],
  [0x786f4256, 'a folder of another machine (VirtualBox)'],
  [0x65735546, 'a FUSE folder'],
]);

export interface WatchedPlace {
  readonly platform: NodeJS.Platform;
  /** `type` of statfs. */
  readonly fileSystem: number | undefined;
  /** The kernel is one of WSL. */
  readonly wsl: boolean;
  readonly root: string;
}

/** Why the system can't be trusted to tell of changes in the folder; undefined: it can. */
export function whyPolling({ platform, fileSystem, wsl, root }: WatchedPlace): string | undefined {
  if (wsl && /^\/mnt\/[a-z](\/|$)/.test(root)) return `${root} is a Windows folder seen from WSL`;
  const kind = platform === 'linux' && fileSystem !== undefined ? silentFileSystems.get(fileSystem) : undefined;
  if (kind !== undefined) return `${root} is ${kind}`;
  if (!['linux', 'darwin', 'win32'].includes(platform)) return `${platform} doesn't name the file that changed`;
  return undefined;
}

export async function placeOfFolder(root: string): Promise<WatchedPlace> {
  const [details, kernel] = await Promise.all([
    statfs(root).catch(() => undefined),
    readFile('/proc/version', 'utf8').catch(() => ''),
  ]);
  return { platform: platform(), fileSystem: details?.type, wsl: /microsoft/i.test(kernel), root };
}

/** The same for an error of the watcher; undefined: trying again may help. */
export function whyPollingAfter(error: unknown): string | undefined {
  if (hasCode(error, 'ENOSPC')) return 'the limit of watched folders is reached (fs.inotify.max_user_watches)';
  if (hasCode(error, 'EMFILE', 'ENFILE'))
    return 'too many files are open or folders watched (ulimit -n, fs.inotify.max_user_instances)';
  return undefined;
}
