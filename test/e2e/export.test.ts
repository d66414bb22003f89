import { describe, expect, it } from 'vitest';
import { sti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

function folder(config: Readonly<Record<string, unknown>>): string {
  const cwd = tempFolder();
  writeFiles(cwd, { 'shop/.sti/config.json': JSON.stringify(config) });
  return cwd;
}

describe('sti export', () => {
  it('prints a file from the configuration of a folder, or for the names on the command line, and needs no engine', async () => {
    const cwd = folder({ image: 'nodejs-20', tag: 'registry.example/me/shop:1' });
    const options = { cwd, env: { DOCKER_HOST: 'unix:///no/engine' } };
    const own = await sti(['export', 'bake', 'shop'], options);
    expect(own.exitCode).toBe(0);
    expect(JSON.parse(own.stdout).target.shop.tags).toEqual(['registry.example/me/shop:1']);
    const named = await sti(['export', 'bake', 'shop', 'nodejs-22', 'mine'], options);
    expect(JSON.parse(named.stdout).target.shop.tags).toEqual(['mine']);
  });

  it.each([
    [['export', 'make', 'shop'], { image: 'i', tag: 't' }],
    [['export', 'bake', 'shop'], { image: 'i' }],
    [['export', 'bake', 'shop'], { tag: 't' }],
    [['export'], {}],
  ])('%j of %j is a wrong command line, and prints nothing', async (words, config) => {
    expect(await sti(words, { cwd: folder(config) })).toMatchObject({ exitCode: 64, stdout: '' });
  });
});
