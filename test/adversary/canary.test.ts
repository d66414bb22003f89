import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCanary } from './canary.ts';

describe('the canary', () => {
  it('is quiet while nothing touches it', () => {
    const canary = makeCanary();
    expect(canary.disturbed()).toEqual([]);
    expect(canary.disturbed()).toEqual([]);
  });

  it.each<[string, (folder: string) => void]>([
    ['read', (folder) => readFileSync(join(folder, 'secret.txt'))],
    ['written', (folder) => writeFileSync(join(folder, 'program'), 'other')],
    ['removed', (folder) => rmSync(join(folder, 'deep'), { recursive: true })],
    ['moved', (folder) => renameSync(join(folder, 'program'), join(folder, 'moved'))],
    ['made writable', (folder) => chmodSync(join(folder, 'secret.txt'), 0o666)],
    ['added to', (folder) => writeFileSync(join(folder, 'new'), '')],
  ])('tells when a file of it is %s', (_, touch) => {
    const canary = makeCanary();
    touch(canary.folder);
    expect(canary.disturbed()).not.toEqual([]);
  });
});
