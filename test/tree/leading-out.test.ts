import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linksLeadingOut } from '../../source/tree/leading-out.ts';
import { scanFolder } from '../../source/tree/scan.ts';
import { folderWith } from '../support/tree.ts';

it('links are followed to their end to tell whether they lead out', async () => {
  const root = folderWith({ 'x/y/': '', 'z/f': '' });
  symlinkSync('../..', join(root, 'x/y/top'));
  symlinkSync('x/y/../../z/f', join(root, 'good'));
  symlinkSync('x/y/top/..', join(root, 'bad'));
  symlinkSync('x/../missing', join(root, 'broken'));
  symlinkSync('/etc', join(root, 'absolute'));
  const { entries } = await scanFolder(root);
  expect(linksLeadingOut({ root, entries }).map(({ path }) => path)).toEqual(['absolute', 'bad', 'broken']);
});
