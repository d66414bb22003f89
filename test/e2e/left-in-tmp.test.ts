import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { transportNames } from '../../source/build/request.ts';
import { appSource, build } from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import type { Builder } from '../support/builders.ts';
import { scriptLines } from '../support/dev-events.ts';
import { runContainer } from '../support/engine.ts';
import { filesOf, type Listing } from '../support/listing.ts';
import { temporaryFolderOf } from '../support/sti.ts';
import { tempFolderOfFile } from '../support/temp.ts';

const leaving = `${scripts.assemble}
mkdir -p /tmp/left/empty /tmp/left/deep/er
echo one > /tmp/left/file
echo two > /tmp/left/deep/er/file
echo top > /tmp/top-file
head -c 30000000 /dev/zero > /tmp/large
echo hidden > /tmp/.hidden
echo private > /tmp/left/private
chmod 600 /tmp/left/private
chmod 755 /tmp/top-file
chmod 1777 /tmp/left/empty
ln -s file /tmp/left/to-file
ln -s ../../../app /tmp/left/leads-out
ln -s /app /tmp/left/absolute
ln -s nowhere /tmp/left/dangling
ln /tmp/left/file /tmp/left/same
echo changed >> /tmp/of-the-image
mkdir -p /tmp/scripts /tmp/artifacts
echo mine > /tmp/scripts/mine
echo mine > /tmp/artifacts/mine
echo mine > /tmp/src/mine
`;

const builder: Builder = {
  user: { name: '4711:4712', uid: 4711, gid: 4712 },
  scripts: { assemble: leaving },
};

/** What an image has in /tmp. */
function inTmp(files: Listing): Record<string, unknown> {
  return Object.fromEntries([...files].filter(([path]) => path.startsWith('tmp/')));
}

describe('what assemble leaves in /tmp', () => {
  const images = new Map<string, { tag: string; files: Listing }>();

  beforeAll(async () => {
    const home = tempFolderOfFile();
    mkdirSync(temporaryFolderOf(home));
    const source = tempFolderOfFile();
    for (const transport of transportNames) {
      const { tag } = await build(builder, { home, source, args: ['--transport', transport] });
      images.set(transport, { tag, files: await filesOf(tag) });
    }
  });

  it.each(transportNames)('is in the image, with owners, modes and links, by %s', (transport) => {
    const { files } = images.get(transport) ?? {};
    const found = inTmp(files ?? new Map());
    const owner = '4711:4712';
    expect(found).toMatchObject({
      'tmp/left': { type: 'directory', mode: '0755', owner },
      'tmp/left/empty': { type: 'directory', mode: '1777', owner },
      'tmp/left/deep/er/file': { type: 'file', size: 4, owner },
      'tmp/left/private': { type: 'file', mode: '0600', owner },
      'tmp/large': { type: 'file', size: 30_000_000, owner },
      'tmp/top-file': { type: 'file', mode: '0755', owner },
      'tmp/.hidden': { type: 'file', owner },
      'tmp/of-the-image': { type: 'file', size: 8, owner },
      'tmp/left/to-file': { type: 'symlink', link: 'file', owner },
      'tmp/left/leads-out': { type: 'symlink', link: '../../../app', owner },
      'tmp/left/absolute': { type: 'symlink', link: '/app', owner },
      'tmp/left/dangling': { type: 'symlink', link: 'nowhere', owner },
    });
    const top = new Set(Object.keys(found).map((path) => path.split('/')[1]));
    expect([...top].sort()).toEqual(['.hidden', 'large', 'left', 'of-the-image', 'top-file']);
    expect(files?.get('tmp')).toMatchObject({ mode: '1777', owner: '0:0' });
  });

  it.each(transportNames)('keeps hard links together, by %s', async (transport) => {
    const { tag = '' } = images.get(transport) ?? {};
    const script = 'stat -c %i /tmp/left/file /tmp/left/same; cat /tmp/left/same';
    const { stdout } = await runContainer({ image: tag, command: ['sh', '-c', script] });
    const [one, other, content] = stdout.split('\n');
    expect(content).toBe('one');
    expect(one).toBe(other);
  });

  it('is there in the image of the next build only when it leaves it again', async () => {
    const again: Builder = {
      ...builder,
      scripts: { assemble: `${scripts.assemble}[ -z "$LEAVE" ] || echo left > /tmp/left-once\n` },
    };
    const { tag } = await build(again, { args: ['-e', 'LEAVE=1'] });
    expect((await filesOf(tag)).has('tmp/left-once')).toBe(true);
    const second = await build(again, { tag, source: appSource({ more: '' }) });
    expect(scriptLines(second)).toContain('artifacts of build 1 restored');
    expect(Object.keys(inTmp(await filesOf(tag)))).toEqual([]);
  });
});
