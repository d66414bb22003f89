import { chmodSync, lutimesSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { transportNames } from '../../../source/build/request.ts';
import { warningsOf } from '../../support/dev-events.ts';
import { folderListing } from '../../support/listing.ts';
import { lookInto } from '../../support/looking.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

/** A source with one of everything that a script could change, and with scripts that have to be repaired. */
function fullSource(assemble: string): string {
  const folder = tempFolder();
  writeFiles(folder, {
    'index.html': 'hello',
    'deep/er/file': 'file',
    'read-only/file': 'file',
    '.sti/bin/assemble': assemble.replaceAll('\n', '\r\n'),
    '.git/HEAD': 'no commit here',
  });
  mkdirSync(join(folder, 'empty'));
  symlinkSync('deep/er', join(folder, 'link'));
  chmodSync(join(folder, 'index.html'), 0o640);
  chmodSync(join(folder, 'read-only/file'), 0o400);
  chmodSync(join(folder, 'read-only'), 0o555);
  for (const path of ['index.html', 'deep/er/file', 'empty', 'deep/er', 'deep', '.sti/bin', '.sti', '.']) {
    utimesSync(join(folder, path), 1_600_000_000.123, 1_600_000_000.123);
  }
  lutimesSync(join(folder, 'link'), 1_500_000_000, 1_500_000_000);
  return folder;
}

const ways = transportNames.map((transport) => ['--transport', transport]);

it.each(ways)('the user’s folder is as it was, whatever assemble does to its copy: %s %s', async (...args) => {
  const folder = fullSource(`#!/bin/sh
set -e
cd /tmp/src
chmod -R 777 .
echo changed > index.html
echo new > deep/new
touch -h link
rm -rf deep empty
mv /tmp/src /somewhere
mkdir /tmp/src
echo put back > /tmp/src/again
ls /somewhere
ls /tmp/src
`);
  const before = folderListing(folder);

  const looked = await lookInto(folder, { args });

  expect(folderListing(folder)).toEqual(before);
  expect(looked.seen).toEqual(['index.html', 'link', 'read-only', 'again']);
  expect(warningsOf(looked)).toContain('.sti/bin/assemble');
});

it('the user’s folder is as it was after assemble has removed or moved everything in its copy', async () => {
  const folder = fullSource(
    '#!/bin/sh\nset -e\nmkdir /moved\nmv /tmp/src/* /moved\nrm -rf /tmp/src/.[a-z]*\nls -A /tmp/src\n',
  );
  const before = folderListing(folder);
  expect((await lookInto(folder)).seen).toEqual([]);
  expect(folderListing(folder)).toEqual(before);
});

it('the user’s folder is as it was after a build that failed', async () => {
  const folder = fullSource('#!/bin/sh\nrm -rf /tmp/src/*\nexit 3\n');
  const before = folderListing(folder);
  await expect(lookInto(folder)).rejects.toThrow();
  expect(folderListing(folder)).toEqual(before);
});
