import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileHere } from '../../../source/cli/dashboard/file-here.ts';
import { tempFolderOfFile, writeFiles } from '../../support/temp.ts';

describe("the user's file for a container's path", () => {
  const folder = tempFolderOfFile();
  writeFiles(folder, { 'src/app.js': '', 'app.py': '', 'index.js': '', 'node_modules/x/index.js': '' });
  symlinkSync('/etc/passwd', join(folder, 'passwd.txt'));
  const fileHere = createFileHere(() => folder);
  it.each([
    ['src/app.js', 'src/app.js'],
    ['/tmp/src/src/app.js', 'src/app.js'],
    ['/opt/app-root/src/app.js', 'src/app.js'],
    ['./app.py', 'app.py'],
    ['/opt/app-root/app.py', 'app.py'],
    ['node_modules/x/index.js', 'node_modules/x/index.js'],
    ['/opt/app/node_modules/y/index.js', undefined],
    ['/usr/lib/python3/app.py', undefined],
    ['../../etc/passwd', undefined],
    ['/opt/app/other.js', undefined],
    ['passwd.txt', undefined],
  ])('of %s is %s', (path, found) => expect(fileHere(path)).toBe(found));

  it('is none where the source is no folder here', () => {
    expect(createFileHere(() => 'https://example.com/app.git')('app.py')).toBeUndefined();
  });
});
