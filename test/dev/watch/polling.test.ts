import { describe, expect, it } from 'vitest';
import { placeOfFolder, type WatchedPlace, whyPolling, whyPollingAfter } from '../../../source/dev/watch/polling.ts';
import { tempFolder } from '../../support/temp.ts';

const local: WatchedPlace = { platform: 'linux', fileSystem: 0xef53, wsl: false, root: '/home/me/app' };

describe('whyPolling', () => {
  it('is not needed on a local folder', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const)
      expect(whyPolling({ ...local, platform })).toBeUndefined();
    expect(whyPolling({ ...local, fileSystem: undefined })).toBeUndefined();
  });

  it.each([
    [0x6969, 'a network folder (NFS)'],
    [0xff534d42, 'a network folder (CIFS)'],
    [0x01021997, 'a folder of another machine (9p)'],
    [0x65735546, 'a FUSE folder'],
  ])('names the file system %i as %s', (fileSystem, kind) => {
    expect(whyPolling({ ...local, fileSystem })).toBe(`/home/me/app is ${kind}`);
    // The numbers are Linux's.
    expect(whyPolling({ ...local, fileSystem, platform: 'darwin' })).toBeUndefined();
  });

  it('knows the Windows folders of WSL, not its own', () => {
    expect(whyPolling({ ...local, wsl: true, root: '/mnt/c/app' })).toBe(
      '/mnt/c/app is a Windows folder seen from WSL',
    );
    expect(whyPolling({ ...local, wsl: true, root: '/mnt/data/app' })).toBeUndefined();
    expect(whyPolling({ ...local, root: '/mnt/c/app' })).toBeUndefined();
  });

  it('is needed where events of a folder name no file', () => {
    expect(whyPolling({ ...local, platform: 'freebsd' })).toBe("freebsd doesn't name the file that changed");
  });
});

describe('placeOfFolder', () => {
  it('asks the system', async () => {
    const root = tempFolder();
    expect(await placeOfFolder(root)).toMatchObject({ root, platform: expect.any(String), wsl: expect.any(Boolean) });
    expect((await placeOfFolder(root)).fileSystem).toBeGreaterThan(0);
    expect((await placeOfFolder(`${root}/nothing`)).fileSystem).toBeUndefined();
  });
});

describe('whyPollingAfter', () => {
  const error = (code: string) => Object.assign(new Error(code), { code });

  it('names the limit that was reached', () => {
    expect(whyPollingAfter(error('ENOSPC'))).toContain('max_user_watches');
    expect(whyPollingAfter(error('EMFILE'))).toContain('max_user_instances');
    expect(whyPollingAfter(error('ENFILE'))).toContain('ulimit -n');
  });

  it('leaves other errors to another try', () => {
    expect(whyPollingAfter(error('EIO'))).toBeUndefined();
    expect(whyPollingAfter('text')).toBeUndefined();
  });
});
