import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, imageOf, tryBuild } from '../support/app-build.ts';
import { failureOf, summaryOf } from '../support/dev-events.ts';
import { inspectImage } from '../support/engine.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

describe('--output', () => {
  it('writes the image as an OCI layout and as an archive, and another engine takes the same image from both', async () => {
    const cwd = tempFolder();
    const args = ['--output', 'oci:image', '--output', 'docker:image.tar'];
    const built = await build('root', { cwd, args });
    const { Id, RootFS } = await imageOf(built.tag);
    expect(summaryOf(built, 'output')).toContain(`oci:${cwd}/image, docker:${cwd}/image.tar · `);
    expect(readdirSync(cwd).toSorted()).toEqual(['image', 'image.tar']);

    const index = readJson(join(cwd, 'image/index.json'));
    expect(index.manifests).toHaveLength(1);
    const blob = (digest: string) => readFileSync(join(cwd, 'image/blobs', digest.replace(':', '/')));
    const manifest = JSON.parse(blob(index.manifests[0].digest).toString());
    expect(manifest.config.digest).toBe(Id);
    expect(manifest.layers.map(({ digest }: { digest: string }) => digest)).toEqual(RootFS.Layers);
    const files = readdirSync(join(cwd, 'image/blobs/sha256'));
    expect(files.toSorted()).toEqual(
      files
        .map((name) =>
          createHash('sha256')
            .update(blob(`sha256:${name}`))
            .digest('hex'),
        )
        .toSorted(),
    );
    expect(files).toHaveLength(2 + new Set(RootFS.Layers).size);

    const storage = tempFolder();
    const where = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run'), '--storage-driver', 'vfs'];
    const podman = (...words: string[]) => execFileSync('podman', [...where, ...words], { cwd, encoding: 'utf8' });
    expect(podman('pull', '-q', 'oci:image').trim()).toBe(Id.replace('sha256:', ''));
    podman('rmi', '-f', Id);
    podman('load', '-q', '-i', join(cwd, 'image.tar'));
    expect(podman('image', 'inspect', '--format', '{{.Id}}', `localhost/${built.tag}`).trim()).toBe(
      Id.replace('sha256:', ''),
    );
  });

  it('replaces what it wrote before, and nothing else, which is a wrong command line', async () => {
    const cwd = tempFolder();
    mkdirSync(join(cwd, 'empty'));
    writeFiles(cwd, {
      'mine/notes': 'mine',
      'notes.txt': 'mine',
      'layout/oci-layout': '{}',
      'layout/index.json': '{}',
    });
    symlinkSync('mine', join(cwd, 'link'));
    const outputs = ['--output', 'oci:empty', '--output', 'docker:image.tar'];
    await build('root', { cwd, args: outputs });
    const before = readJson(join(cwd, 'empty/index.json'));
    const { tag } = await build('root', { cwd, args: [...outputs, '-e', 'MORE=1'] });
    const after = readJson(join(cwd, 'empty/index.json'));
    expect(after.manifests[0].digest).not.toBe(before.manifests[0].digest);
    expect(after.manifests[0].annotations).toEqual({ 'org.opencontainers.image.ref.name': tag });
    for (const place of ['oci:mine', 'oci:layout', 'oci:link', 'docker:notes.txt', 'docker:mine', 'oci:absent/image']) {
      const refused = await tryBuild('root', { cwd, args: ['--output', place] });
      const message = expect.stringContaining(place.slice(place.indexOf(':') + 1));
      expect(failureOf(refused), place).toMatchObject({ code: 'usage', message });
      expect(await inspectImage(refused.tag)).toBeUndefined();
    }
    expect(readdirSync(cwd).toSorted()).toEqual(['empty', 'image.tar', 'layout', 'link', 'mine', 'notes.txt']);
    expect(readFileSync(join(cwd, 'notes.txt'), 'utf8') + readFileSync(join(cwd, 'mine/notes'), 'utf8')).toBe(
      'minemine',
    );
  });
});
