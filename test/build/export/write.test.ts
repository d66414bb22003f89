import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { writeImage } from '../../../source/build/export/write.ts';
import { tarOf } from '../../support/images.ts';
import { tempFolder } from '../../support/temp.ts';

const layer = 'not really a tar';
const layerId = 'sha256:b2a7bf8e6b51b9da2b6b3b9b4b8b0a33a5b4e4a4b9b6e9a1c6d2a2c4e7f5d9a0';

/** Writes an archive with these files as an OCI layout; the names of what is there afterwards. */
async function write(files: Readonly<Record<string, string>>, options: { mostBytes?: number; name?: string } = {}) {
  const folder = tempFolder();
  const tar = await tarOf(Object.entries(files).map(([path, content]) => ({ path, content })));
  const { mostBytes = 1_000_000, name = null } = options;
  const place = { form: 'oci', path: join(folder, 'image') } as const;
  const signal = new AbortController().signal;
  const outcome = await writeImage(Readable.from([tar]), place, {
    name,
    mostBytes,
    onBytes: () => {},
    scratch: folder,
    signal,
  }).catch((error: unknown) => error);
  return { outcome, names: readdirSync(folder) };
}

const manifest = (content: object) => JSON.stringify([content]);
const config = (...ids: string[]) => JSON.stringify({ rootfs: { type: 'layers', diff_ids: ids } });

describe('an archive that an engine sends', () => {
  it.each([
    ['has no manifest', { other: 'x' }, 'the engine did not send an archive of an image'],
    ['has no image', { 'manifest.json': '[]' }, 'it has not one image'],
    [
      'lacks what its manifest names',
      { 'manifest.json': manifest({ Config: '../../etc/passwd', Layers: [] }) },
      'it lacks a file that its manifest names',
    ],
    [
      'has other layers than its configuration names',
      { 'manifest.json': manifest({ Config: 'c', Layers: ['l'] }), c: config(layerId), l: layer },
      'its layers are not those of its configuration',
    ],
  ])('%s is refused, and nothing is written', async (_, files, why) => {
    const { outcome, names } = await write(files);
    expect(outcome).toMatchObject({ code: 'export', message: expect.stringContaining(why) });
    expect(names).toEqual([]);
  });

  it('is larger than the image can be is refused before the disk is full', async () => {
    const { outcome, names } = await write({ big: 'x'.repeat(10_000) }, { mostBytes: 5_000 });
    expect(outcome).toMatchObject({ code: 'export', message: expect.stringContaining('far more than') });
    expect(names).toEqual([]);
  });

  it('is written under digests only, whatever names it has', async () => {
    const files = { '../../evil': 'x', 'manifest.json': manifest({ Config: 'c', Layers: [] }), c: config() };
    const { outcome, names } = await write(files);
    expect(outcome).toBeUndefined();
    expect(names).toEqual(['image']);
  });

  it('does not replace other files that somebody has put there meanwhile', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'image/theirs'), { recursive: true });
    const tar = await tarOf([
      { path: 'manifest.json', content: manifest({ Config: 'c', Layers: [] }) },
      { path: 'c', content: config() },
    ]);
    const signal = new AbortController().signal;
    const place = { form: 'oci', path: join(folder, 'image') } as const;
    const options = { name: null, mostBytes: 1_000_000, onBytes: () => {}, scratch: folder, signal };
    await expect(writeImage(Readable.from([tar]), place, options)).rejects.toMatchObject({ code: 'export' });
    expect(readdirSync(folder)).toEqual(['image']);
    expect(readdirSync(join(folder, 'image'))).toEqual(['theirs']);
  });
});
