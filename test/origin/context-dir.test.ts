import { realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveContextDir } from '../../source/origin/context-dir.ts';
import { folderWith, temporaryFolder } from '../support/tree.ts';

const source = () => realpathSync(folderWith({ 'apps/web/index.js': '', file: '' }));

describe('resolveContextDir', () => {
  it.each([undefined, '', '.', './', 'apps/..', '/'])('takes the root itself for %j', async (contextDir) => {
    const root = source();
    expect(await resolveContextDir(root, contextDir)).toEqual({ path: root, name: undefined });
  });

  it.each(['./apps//web/', '/apps/web', '/../apps/web'])(
    'finds %j inside and writes its name plainly',
    async (written) => {
      const root = source();
      expect(await resolveContextDir(root, written)).toEqual({ path: join(root, 'apps/web'), name: 'apps/web' });
    },
  );

  it('follows a link that stays inside', async () => {
    const root = source();
    symlinkSync('apps/web', join(root, 'current'));
    expect(await resolveContextDir(root, 'current')).toEqual({ path: join(root, 'apps/web'), name: 'current' });
  });

  it.each([
    ['..', 'leads out'],
    ['apps/../../x', 'leads out'],
    ['missing', 'does not exist'],
    ['file', 'not a folder'],
    ['file/x', 'does not exist'],
  ])('refuses %s: %s', async (contextDir, why) => {
    await expect(resolveContextDir(source(), contextDir)).rejects.toMatchObject({
      code: 'context-dir',
      message: expect.stringMatching(new RegExp(`${JSON.stringify(contextDir)}.*${why}`)),
    });
  });

  it('refuses a link that leads out, also half way and to a folder whose name only begins like the root', async () => {
    const root = source();
    const outside = folderWith({ 'in/x': '' });
    symlinkSync(outside, join(root, 'link'));
    symlinkSync('..', join(root, 'up'));
    for (const contextDir of ['link', 'link/in', 'up']) {
      await expect(resolveContextDir(root, contextDir)).rejects.toMatchObject({
        code: 'context-dir',
        message: expect.stringContaining('link'),
      });
    }
  });

  it('never leaves the root, whatever is asked', async () => {
    const root = realpathSync(temporaryFolder());
    const part = fc.constantFrom('..', '.', '', 'a', '...');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const found = await resolveContextDir(root, parts.join('/')).catch(() => undefined);
        if (found) expect(found.path).toBe(root);
      }),
    );
  });
});
