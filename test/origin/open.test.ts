import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SourceSpec } from '../../source/origin/classify.ts';
import { type OpenOptions, openSource } from '../../source/origin/open.ts';
import { plainHttp } from '../support/http-client.ts';
import { bytesOf, tarOf } from '../support/tar-of.ts';
import { asOrdinaryUser, commit, folderWith, paths, repositoryWith, run, temporaryFolder } from '../support/tree.ts';

// Programs of the system and the disk decide how long this takes.
vi.setConfig({ testTimeout: 60_000 });

const workDir = () => temporaryFolder();
const open = (spec: SourceSpec, options: OpenOptions) => openSource(spec, { http: plainHttp, ...options });

async function serving(content: Buffer): Promise<string> {
  const server = createServer((_, response) => response.end(content)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/app.tar`;
}

describe('openSource', () => {
  it('takes a single file under its own name, even one that is a zip inside', async () => {
    const folder = folderWith({ 'index.html': '' });
    run(folder, 'zip', '--quiet', 'app.war', 'index.html');
    const path = join(folder, 'app.war');
    chmodSync(path, 0o440);
    const { tree, ...opened } = await open({ kind: 'file', path }, { workDir: workDir() });
    expect(opened).toMatchObject({ location: path, fileCount: 1, warnings: [] });
    expect(tree).toMatchObject({
      root: folder,
      disposable: false,
      entries: [{ type: 'file', path: 'app.war', mode: 0o640, size: opened.bytes }],
    });
  });

  it('takes a local archive and one behind a URL apart', async () => {
    const tar = await bytesOf(tarOf({ name: 'a/b', content: 'x' }));
    const path = join(temporaryFolder(), 'app.tar');
    writeFileSync(path, tar);
    expect(paths((await open({ kind: 'file', path }, { workDir: workDir() })).tree)).toEqual(['a/', 'a/b']);
    const url = await serving(tar);
    const said: string[] = [];
    const opened = await open(
      { kind: 'download', url: url.replace('//', '//ada:secret@') },
      { workDir: workDir(), onStatus: (text) => said.push(text) },
    );
    expect(paths(opened.tree)).toEqual(['a/', 'a/b']);
    expect(opened.location).toBe(url.replace('//', '//ada:***@'));
    expect(said.join()).not.toContain('secret');
  });

  it('calls a download that is no archive by its URL', async () => {
    const url = await serving(Buffer.from('<html>'));
    await expect(open({ kind: 'download', url }, { workDir: workDir() })).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining(url),
    });
  });

  it('takes a folder as it is, and clones it when a ref is asked for', async () => {
    const path = repositoryWith({ a: '' });
    run(path, 'git', 'tag', 'v1');
    commit(path, { b: '' }, 'second');
    writeFileSync(join(path, 'c'), '');
    expect(paths((await open({ kind: 'folder', path }, { workDir: workDir() })).tree)).toEqual(['a', 'b', 'c']);
    const atRef = await open({ kind: 'folder', path }, { workDir: workDir(), ref: 'v1' });
    expect([paths(atRef.tree), atRef.location, atRef.revision?.ref]).toEqual([['a'], path, 'v1']);
  });

  it('refuses a ref where there is no repository', async () => {
    const path = folderWith({ 'f.tar': '' });
    const specs = [
      { kind: 'folder', path },
      { kind: 'file', path: join(path, 'f.tar') },
      { kind: 'download', url: 'http://127.0.0.1:1/a.zip' },
    ] as const;
    for (const spec of specs) {
      await expect(open(spec, { workDir: workDir(), ref: 'v1' })).rejects.toMatchObject({
        code: 'ref',
        message: expect.stringContaining('"v1"'),
      });
    }
  });

  it('refuses a context dir for a single file', async () => {
    const path = join(folderWith({ f: '' }), 'f');
    await expect(open({ kind: 'file', path }, { workDir: workDir(), contextDir: 'x' })).rejects.toMatchObject({
      code: 'context-dir',
    });
  });

  it('names a file or folder that is gone, no file at all, or not readable', async () => {
    const folder = folderWith({ f: '' });
    run(folder, 'mkfifo', 'pipe');
    for (const path of [join(folder, 'gone'), join(folder, 'pipe')]) {
      await expect(open({ kind: 'file', path }, { workDir: workDir() })).rejects.toMatchObject({
        code: 'source',
        message: expect.stringContaining(path),
      });
    }
    const gone = join(folder, 'gone');
    await expect(open({ kind: 'folder', path: gone }, { workDir: workDir() })).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining(gone),
    });
    chmodSync(join(folder, 'f'), 0o200);
    const opening = asOrdinaryUser(folder, () =>
      open({ kind: 'file', path: join(folder, 'f') }, { workDir: '/nowhere' }),
    );
    await expect(opening).rejects.toMatchObject({ code: 'source', message: expect.stringContaining('permission') });
  });
});
