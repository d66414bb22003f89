import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeFolder } from '../../source/tree/remove.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

/** Two chains of folders, one moved to the end of the other: no path is long enough to name the last. */
const nestDeep = 'long=$(printf "d%.0s/" $(seq 1500)); mkdir -p one/$long two/$long; mv two one/$long';

describe('removeFolder', () => {
  it('removes folders nested deeper than a path may be long', async () => {
    const folder = join(tempFolder(), 'deep');
    mkdirSync(folder);
    execFileSync('/bin/sh', ['-c', nestDeep], { cwd: folder });
    await removeFolder(folder);
    expect(existsSync(folder)).toBe(false);
  });

  it('removes folders that may not be changed, and leaves what links lead to', async () => {
    const [folder, other] = [join(tempFolder(), 'closed'), tempFolder()];
    writeFiles(folder, { 'sub/file': 'x' });
    writeFiles(other, { kept: 'x' });
    symlinkSync(other, join(folder, 'sub/link'));
    chmodSync(join(folder, 'sub'), 0o555);
    await removeFolder(folder);
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(other)).toEqual(['kept']);
  });

  it('takes one that is not there', async () => {
    await removeFolder(join(tempFolder(), 'absent'));
  });
});
