import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPlace, dockerfilePath, type Place, writePlace } from '../../../source/build/dockerfile/place.ts';
import { tempFolder, writeFiles } from '../../support/temp.ts';

const signal = new AbortController().signal;
const put = (place: Place, files: Record<string, string>, text = 'FROM a\n') =>
  writePlace(place, { text, fill: async (folder) => writeFiles(folder, files), signal });
const placeIn = (folder: string, withSource = true): Place => ({ file: join(folder, 'Dockerfile'), withSource });

describe('where a Dockerfile goes', () => {
  it('is the file that is named, or the usual one in a folder', () => {
    const folder = tempFolder();
    expect(dockerfilePath('Dockerfile.gen', folder)).toBe(join(folder, 'Dockerfile.gen'));
    expect(dockerfilePath('new/', folder)).toBe(join(folder, 'new/Dockerfile'));
    expect(dockerfilePath('.', folder)).toBe(join(folder, 'Dockerfile'));
  });

  it('gets a second one over the first, and loses what only the first had', async () => {
    const place = placeIn(join(tempFolder(), 'new/er'));
    await put(place, { 'src/first': '1', 'scripts/run': 'run' });
    checkPlace(place, undefined);
    await put(place, { 'src/second': '2' }, 'FROM b\n');
    expect(readFileSync(place.file, 'utf8')).toBe('FROM b\n');
    const upload = join(place.file, '../upload');
    expect(readdirSync(join(upload, 'src'))).toEqual(['second']);
    expect(readdirSync(join(upload, 'scripts'))).toEqual([]);
    expect(readdirSync(join(upload, '..')).sort()).toEqual(['Dockerfile', 'upload']);
  });

  it('is not what somebody else has written or changed', async () => {
    const folder = tempFolder();
    const place = placeIn(folder);
    writeFiles(folder, { Dockerfile: 'FROM mine\n' });
    expect(() => checkPlace(place, undefined)).toThrow(/Dockerfile is there already/);
    const other = placeIn(tempFolder());
    await put(other, {});
    writeFileSync(other.file, 'FROM a\nRUN mine\n');
    expect(() => checkPlace(other, undefined)).toThrow(/Dockerfile is there already/);
  });

  it('is not beside a folder of the same name as the context', () => {
    const folder = tempFolder();
    writeFiles(folder, { 'upload/precious': 'x' });
    expect(() => checkPlace(placeIn(folder), undefined)).toThrow(/upload is there already/);
    expect(() => checkPlace({ file: join(folder, 'upload'), withSource: true }, undefined)).toThrow(/can't be called/);
  });

  it('is not in the source, behind a link neither', () => {
    const source = tempFolder();
    const elsewhere = tempFolder();
    symlinkSync(source, join(elsewhere, 'link'));
    for (const folder of [source, join(source, 'new/folder'), join(elsewhere, 'link/new')]) {
      expect(() => checkPlace(placeIn(folder), source)).toThrow(/is in the source/);
    }
    checkPlace(placeIn(`${source}-beside`), source);
  });
});

describe('a source of the user', () => {
  it('stays beside a Dockerfile that is made without one', async () => {
    const folder = tempFolder();
    writeFiles(folder, { 'upload/src/index.html': 'mine' });
    const place = placeIn(folder, false);
    checkPlace(place, undefined);
    await put(place, {});
    checkPlace(place, undefined);
    await put(place, {}, 'FROM b\n');
    expect(readFileSync(join(folder, 'upload/src/index.html'), 'utf8')).toBe('mine');
    expect(() => checkPlace(placeIn(folder), undefined)).toThrow(/upload is there already/);
  });
});

describe('what fails', () => {
  it('leaves all as it was', async () => {
    const root = tempFolder();
    const place = placeIn(join(root, 'new/er'));
    await expect(
      writePlace(place, {
        text: '',
        fill: async () => {
          throw new Error('no room');
        },
        signal,
      }),
    ).rejects.toMatchObject({ code: 'output', message: expect.stringContaining(place.file) });
    expect(existsSync(join(root, 'new'))).toBe(false);
  });

  it('has put nothing in place when only the Dockerfile fails', async () => {
    const folder = tempFolder();
    const place = placeIn(folder);
    await put(place, { 'src/first': '1' });
    // A folder in the way: checked before, made meanwhile.
    mkdirSync(join(folder, 'other/busy'), { recursive: true });
    await expect(put({ ...place, file: join(folder, 'other') }, { 'src/second': '2' })).rejects.toMatchObject({
      code: 'output',
    });
    expect(readdirSync(join(folder, 'upload/src'))).toEqual(['first']);
    expect(readdirSync(folder).sort()).toEqual(['Dockerfile', 'other', 'upload']);
  });
});
