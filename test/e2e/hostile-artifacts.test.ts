import { readdirSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { transportNames } from '../../source/build/request.ts';
import { build, imageOf, isIncremental, tryBuild } from '../support/app-build.ts';
import type { Builder } from '../support/builders.ts';
import { failureOf } from '../support/dev-events.ts';
import { homeFor } from '../support/sti.ts';

type Entry = Partial<Header> & Pick<Header, 'name'>;

/** A builder whose images “save” exactly these entries. */
async function saving(...entries: readonly Entry[]): Promise<Builder> {
  const tar = pack();
  for (const entry of entries) tar.entry(entry, entry.type === undefined ? 'hostile' : '');
  tar.finalize();
  const bytes = await buffer(tar);
  return {
    scripts: { 'save-artifacts': '#!/bin/sh\nexec cat /archive.tar\n' },
    files: { 'archive.tar': bytes.toString('latin1') },
  };
}

const innocent: Entry = { name: 'deps/innocent' };
const leaving: Entry = { name: 'deps/out', type: 'symlink', linkname: '../../../..' };

/** Names of everything below a folder. */
function namesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}

describe('a hostile archive of save-artifacts', () => {
  it.each([
    ['an absolute path', '/tmp/sti-test-escaped', [{ name: '/tmp/sti-test-escaped' }]],
    ['a path with ..', 'deps/../../../../escaped', [{ name: 'deps/../../../../escaped' }]],
    ['a link that leaves the folder, then a file through it', 'deps/out', [leaving, { name: 'deps/out/escaped' }]],
    ['an absolute link', 'deps/out', [{ ...leaving, linkname: '/tmp' }, { name: 'deps/out/sti-test-escaped' }]],
    ['a hard link to outside', 'deps/out', [{ name: 'deps/out', type: 'link', linkname: '/etc/passwd' }]],
    ['a device file', 'deps/null', [{ name: 'deps/null', type: 'character-device', devmajor: 1, devminor: 3 }]],
    ['a pipe', 'deps/pipe', [{ name: 'deps/pipe', type: 'fifo' }]],
  ] satisfies [string, string, Entry[]][])('with %s is an error that names the entry', async (_, name, entries) => {
    const home = homeFor();
    const builder = await saving(innocent, ...entries);
    const { tag } = await build(builder, { home });
    const before = await imageOf(tag);

    for (const attempt of ['first', 'second']) {
      const ended = await tryBuild(builder, { home, tag });
      const message = expect.stringContaining(JSON.stringify(name));
      expect(failureOf(ended), attempt).toMatchObject({ code: 'artifacts', exitCode: 50, message, tagKept: tag });
    }
    expect((await imageOf(tag)).Id).toBe(before.Id);
    expect(namesIn(home).filter((path) => /escaped|innocent/.test(path))).toEqual([]);
    expect(readdirSync('/tmp')).not.toContain('sti-test-escaped');
  });

  it('can still be left out of a build', async () => {
    const builder = await saving(leaving);
    const { tag } = await build(builder);
    await build(builder, { tag, args: ['--clean'] });
  });

  it('may hold links that stay inside', async () => {
    const builder = await saving(innocent, { name: 'deps/bin/tool', type: 'symlink', linkname: '../innocent' });
    const { tag } = await build(builder);
    const ended = await build(builder, { tag, args: ['--progress', 'json'] });
    expect(isIncremental(ended)).toBe(true);
  });
});

describe.each(transportNames)('hostile files in /tmp/artifacts, by %s', (transport) => {
  it.each([
    ['a link that leaves the folder', 'out', 'ln -s ../../../.. /tmp/artifacts/out'],
    ['an absolute link', 'out', 'ln -s /etc/passwd /tmp/artifacts/out'],
    ['a pipe', 'pipe', 'mkfifo /tmp/artifacts/pipe'],
  ])('%s is an error that names it', async (_, name, line) => {
    const args = ['--transport', transport];
    const builder: Builder = {
      scripts: { 'save-artifacts': `#!/bin/sh\necho innocent > /tmp/artifacts/innocent\n${line}\n` },
    };
    const { tag } = await build(builder, { args });
    const before = await imageOf(tag);
    const ended = await tryBuild(builder, { tag, args });
    const message = expect.stringMatching(`"(artifacts/)?${name}"`);
    expect(failureOf(ended)).toMatchObject({ code: 'artifacts', exitCode: 50, message });
    expect((await imageOf(tag)).Id).toBe(before.Id);
  });
});
