import { execFileSync } from 'node:child_process';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appSource, build, imageOf, removeLater, tryBuild } from '../support/app-build.ts';
import * as scripts from '../support/builder-scripts.ts';
import { failureOf } from '../support/dev-events.ts';
import { testTag } from '../support/engine.ts';
import { tempFolder } from '../support/temp.ts';

const epoch = 1_600_000_000;
const env = { SOURCE_DATE_EPOCH: String(epoch) };
/** Keeps the times of the source, which are another's in each build. */
const builder = {
  scripts: { assemble: `${scripts.assemble}cp -a /tmp/src /app/kept\necho "epoch $SOURCE_DATE_EPOCH"\n` },
  exposedPorts: ['8080/tcp'],
};

function readLayout(folder: string) {
  const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  const blob = (digest: string) => join('blobs', digest.replace(':', '/'));
  const [entry] = read('index.json').manifests;
  const manifest = read(blob(entry.digest));
  const layers: string[] = manifest.layers.map(({ digest }: { digest: string }) => digest);
  return {
    digest: entry.digest,
    config: read(blob(manifest.config.digest)),
    layers,
    pathOf: (d: string) => join(folder, blob(d)),
  };
}

describe('SOURCE_DATE_EPOCH', () => {
  it('makes one digest of two builds, and an image of that time, on the layers of the builder', async () => {
    const tag = testTag('dated');
    const source = appSource({ '.s2i/bin/run': '#!/bin/sh\necho mine\n' });
    const cwd = tempFolder();
    const once = async (name: string, seconds: number) => {
      for (const path of ['index.html', '.s2i/bin/run', '.s2i', '.']) utimesSync(join(source, path), seconds, seconds);
      const built = await build(builder, { source, tag, args: ['--clean', '--output', `oci:${name}`], env, cwd });
      expect(built.output).toContain(`epoch ${epoch}`);
      const { Id, Config, RootFS } = await imageOf(tag);
      removeLater(Id);
      return { ...readLayout(join(cwd, name)), Config, RootFS };
    };
    const [one, two] = [await once('one', epoch + 100), await once('two', epoch + 7_000)];

    expect(two.digest).toBe(one.digest);
    expect(one.config.created).toBe('2020-09-13T12:26:40.000Z');
    expect(one.config.rootfs.diff_ids).toEqual(one.layers);
    expect(one.layers.slice(0, -1)).toEqual(one.RootFS.Layers?.slice(0, -1));
    const { Env, Cmd, Labels, ExposedPorts } = one.Config;
    expect(one.config.config).toMatchObject({ Env, Cmd, Labels, ExposedPorts });
    expect(Env?.some((entry) => entry.startsWith('SOURCE_DATE_EPOCH'))).toBe(false);
    const listing = execFileSync('tar', ['--full-time', '--utc', '-tvf', one.pathOf(one.layers.at(-1) ?? '')], {
      encoding: 'utf8',
    });
    expect(listing).toContain('app/kept/index.html');
    expect(listing.split('\n').filter((line) => line.includes(' 2020-09-13 12:26:40 ')).length).toBeGreaterThan(5);
    expect(listing).not.toMatch(/ 202[1-9]-| 20[3-9]\d-/);

    const storage = tempFolder();
    const where = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run'), '--storage-driver', 'vfs'];
    const id = execFileSync('podman', [...where, 'pull', '-q', 'oci:one'], { cwd, encoding: 'utf8' }).trim();
    const created = execFileSync('podman', [...where, 'image', 'inspect', '--format', '{{.Created.Unix}}', id]);
    expect(String(created).trim()).toBe(String(epoch));
  });

  it('that is no number of seconds is a wrong command line', async () => {
    const ended = await tryBuild('root', { env: { SOURCE_DATE_EPOCH: 'yesterday' } });
    expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining('SOURCE_DATE_EPOCH') });
  });
});
