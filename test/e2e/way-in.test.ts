import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { build } from '../support/app-build.ts';
import type { BuilderName } from '../support/builders.ts';
import { wayInOf } from '../support/dev-events.ts';
import { runContainer } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { tempFolder } from '../support/temp.ts';

describe('the way in, when nobody asks for one', () => {
  const user = { uid: 12_345, gid: groupOfTheSocket() };

  it.each(['root', 'named user', 'numeric user'] satisfies BuilderName[])(
    'is the stream for an ordinary user and the builder “%s”',
    async (builder) => {
      const built = await build(builder, { user });
      expect(wayInOf(built)).toBe('stream');
      const { tag } = built;
      expect((await runContainer({ image: tag })).stdout).toContain('build 1\nhello\n');
      await build(builder, { user, tag });
      expect((await runContainer({ image: tag })).stdout).toContain('build 2\n');
    },
  );

  it('is the upload for an ordinary user when the image has no tar', async () => {
    const built = await build('without tar', { user });
    expect(wayInOf(built)).toBe('upload');
    const { tag } = built;
    await build('without tar', { user, tag });
    expect((await runContainer({ image: tag })).stdout).toBe('running as 1001:1001\nbuild 2\nhello\n');
  });

  it('is the bind for root', async () => {
    expect(wayInOf(await build('named user'))).toBe('bind');
  });

  it('is the bind from a TMPDIR that is relative, too, and nothing stays in it', async () => {
    const cwd = tempFolder();
    mkdirSync(`${cwd}/mine`);
    const { tag } = await build('root', { cwd, env: { TMPDIR: 'mine' } });
    expect((await runContainer({ image: tag })).stdout).toContain('hello');
    expect(readdirSync(`${cwd}/mine`)).toEqual([]);
  });

  it('is the bind for an ordinary user with the same ids as the container’s', async () => {
    const { uid, gid } = user;
    const builder = { user: { name: `${uid}:${gid}`, uid, gid } };
    const built = await build(builder, { user });
    expect(wayInOf(built)).toBe('bind');
    const { tag } = built;
    await build(builder, { user, tag });
    expect((await runContainer({ image: tag })).stdout).toContain('build 2\nhello\n');
  });
});

function groupOfTheSocket(): number {
  return statSync(engineAddress.replace(/^unix:\/\//, '')).gid;
}
