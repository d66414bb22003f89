import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { build, buildWith, imageOf, scriptLines, tryBuild } from '../support/app-build.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { testTag } from '../support/engine.ts';
import { gitRepository } from '../support/git-repository.ts';
import { serveHttp } from '../support/http-server.ts';
import { endBlocks, rawEntry, rawHeader, rawPax } from '../support/raw-tar.ts';
import { homeFor, startSti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder } from '../support/temp.ts';

const sparse = Buffer.concat([
  rawPax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'real-name' }),
  rawEntry({ name: 'GNUSparseFile.0/real-name' }, '1\n0\n1\n'),
  endBlocks,
]);

/** A piece of a gzip that unpacks to a thousand times its size, to be printed again and again. */
const bomb = {
  head: gzipSync(rawHeader({ name: 'bomb', size: '40000000000' })),
  zeros: gzipSync(Buffer.alloc(8 * 1024 ** 2)),
};

/** Does what the variable SAVE says, so that one image is enough for all cases. */
const builder: Builder = {
  scripts: { 'save-artifacts': '#!/bin/sh\neval "$SAVE"\n' },
  files: { sparse, 'bomb-head': bomb.head, 'bomb-zeros': bomb.zeros },
};

interface Posted {
  readonly success: boolean;
  readonly error?: { readonly code: string };
}

/** What a second build comes to when save-artifacts does this, and the callback that was received. */
async function saving(tag: string, save: string, env: Readonly<Record<string, string>> = {}) {
  const posted: Posted[] = [];
  const url = await serveHttp((request, response) => {
    request
      .setEncoding('utf8')
      .toArray()
      .then(
        (chunks) => {
          posted.push(JSON.parse(chunks.join('')));
          response.end();
        },
        () => {},
      );
  });
  const ended = await tryBuild(builder, { tag, args: ['-e', `SAVE=${save}`, '--callbackUrl', url], env });
  return { ...ended, posted };
}

let first: Promise<string> | undefined;

/** The tag of an image that save-artifacts can be asked for; what a test builds takes its place, and does as well. */
function firstImage(): Promise<string> {
  first ??= build(builder).then(({ tag }) => tag);
  return first;
}

/** A file system of this many megabytes, for one test. */
function smallDisk(megabytes: number): string {
  const folder = tempFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

describe('an archive of save-artifacts that is broken', () => {
  it.each([
    ['a gzip that breaks off', 'tar -czf - -C /app deps | head -c 60', 'cut off'],
    ['a gzip of a few bytes', 'tar -czf - -C /app deps | head -c 5', 'cut off'],
    ['a tar that breaks off', 'tar -cf - -C /app deps | head -c 700', 'ends in the middle'],
    ['a sparse file', 'cat /sparse', '"real-name" is a sparse file'],
    ['a name that is no text', 'cd /tmp; mkdir d; echo x > "d/caf$(printf "\\351")"; tar -cf - d', 'caf\\xe9'],
  ])('fails the build and says why: %s', async (_, save, why) => {
    const tag = await firstImage();
    const before = await imageOf(tag);
    const { exitCode, stderr, posted } = await saving(tag, save);
    expect({ exitCode, posted }).toEqual({
      exitCode: 50,
      posted: [expect.objectContaining({ success: false, error: expect.objectContaining({ code: 'artifacts' }) })],
    });
    expect(stderr).toContain(why);
    expect(stderr).toMatch(/save-artifacts[\s\S]*--clean/);
    expect((await imageOf(tag)).Id).toBe(before.Id);
  });

  it.each([
    ['a gzip that breaks off', 'echo why >&2; tar -czf - -C /app deps | head -c 60; exit 3'],
    ['a tar that breaks off', 'echo why >&2; tar -cf - -C /app deps | head -c 700; exit 3'],
    ['a hostile one', 'echo why >&2; cat /sparse; exit 3'],
  ])('does not count when the script itself fails: %s', async (_, save) => {
    const { exitCode, stderr, posted } = await saving(await firstImage(), save);
    expect({ exitCode, posted }).toEqual({ exitCode: 0, posted: [expect.objectContaining({ success: true })] });
    expect(stderr).toMatch(/warning: save-artifacts failed with exit code 3:\n\s*why/);
  });
});

describe('what stands beside an archive of save-artifacts', () => {
  it.each([
    ['a tar', 'tar -cf - -C /app deps; echo done'],
    ['a gzip', 'tar -czf - -C /app deps; echo done'],
  ])('is ignored when it comes after %s', async (_, save) => {
    const ended = await saving(await firstImage(), save);
    expect(scriptLines(ended).join('\n')).toMatch(/^artifacts of build \d+ restored$/m);
  });

  it.each([
    ['a tar', 'echo saving; tar -cf - -C /app deps'],
    ['a gzip', 'echo saving; tar -czf - -C /app deps'],
  ])('is a warning when it is text before %s, and no byte of the archive is shown', async (_, save) => {
    const ended = await saving(await firstImage(), save);
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr).toContain('warning: save-artifacts printed text before its archive');
    const lines = scriptLines(ended);
    expect(lines).toContain('saving');
    expect(lines.filter((line) => !/^[ -~]*$/.test(line) || /ustar|deps\//.test(line))).toEqual([]);
  });
});

describe('a bomb', () => {
  it('of save-artifacts takes little memory, and a build ends when it is cancelled in it', async () => {
    const home = homeFor();
    const tag = await firstImage();
    const save = 'cat /bomb-head; while cat /bomb-zeros; do :; done';
    const args = ['build', tempFolder(), await makeBuilder(builder), tag, '-e', `SAVE=${save}`];
    const building = startSti(args, { home });
    while (largestFile(temporaryFolderOf(home)) < 100 * 1024 ** 2) await sleep(20);
    building.kill('SIGTERM');
    expect((await building.ended).exitCode).toBe(143);
    expect(readdirSync(temporaryFolderOf(home))).toEqual([]);
  });
});

/** Bytes of the largest file anywhere below a folder. */
function largestFile(folder: string): number {
  const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    (path) => statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0,
  );
  return Math.max(0, ...sizes);
}

describe('a full disk', () => {
  it.each([
    ['artifacts are received', 'head -c 6000000 /dev/urandom > /tmp/big; tar -cf - -C /tmp big'],
    ['gzipped artifacts are received', 'head -c 6000000 /dev/urandom > /tmp/big; tar -czf - -C /tmp big'],
  ])('is named as such, with its place, while %s', async (_, save) => {
    const tag = await firstImage();
    const disk = smallDisk(4);
    const { exitCode, stderr, posted } = await saving(tag, save, { TMPDIR: disk });
    expect({ exitCode, posted }).toEqual({
      exitCode: 73,
      posted: [expect.objectContaining({ success: false, error: expect.objectContaining({ code: 'workspace' }) })],
    });
    expect(stderr).toContain(disk);
    expect(stderr).toMatch(/ENOSPC[\s\S]*TMPDIR/);
  });

  it.each([
    ['a tar', 'source.tar', ['tar', '-cf']],
    ['a gzip', 'source.tar.gz', ['tar', '-czf']],
    ['a zip', 'source.zip', ['zip', '-q']],
  ])('is named as such, with its place, while %s is unpacked', async (_, name, [program = '', option = '']) => {
    const source = tempFolder();
    writeFileSync(join(source, 'big'), Buffer.alloc(6_000_000, 'x'));
    execFileSync(program, [option, name, 'big'], { cwd: source });
    const disk = smallDisk(4);
    const ended = await buildWith(await makeBuilder(builder), { source: join(source, name), env: { TMPDIR: disk } });
    expect(ended.exitCode).toBe(73);
    expect(ended.stderr).toContain(disk);
    expect(ended.stderr).toMatch(/ENOSPC[\s\S]*TMPDIR/);
  });
});

it('a full disk is named as such, with its place, while a repository is cloned', async () => {
  const { url, folder, commit } = gitRepository();
  writeFileSync(join(folder, 'big'), randomBytes(6_000_000));
  commit({ small: 'x' }, 'first');
  const disk = smallDisk(4);
  const ended = await buildWith(await makeBuilder(builder), { source: url, env: { TMPDIR: disk } });
  expect(ended.exitCode).toBe(73);
  expect(ended.stderr).toContain(disk);
  expect(ended.stderr).toMatch(/ENOSPC[\s\S]*TMPDIR/);
});

describe('a source archive', () => {
  it.each([
    ['with a sparse file', sparse, '"real-name" is a sparse file'],
    ['with a name that is no text', Buffer.concat([rawEntry({ name: 'caf\xe9' }), endBlocks]), 'caf\\xe9'],
    [
      'that says it has a header of gigabytes',
      Buffer.concat([rawHeader({ type: 'x', size: '17777777777' }), endBlocks]),
      'extended header',
    ],
    [
      'that says it has more than sti unpacks',
      rawHeader({ name: 'bomb', size: '\x80\0\0\0\0\0\0\x10\0\0\0\0' }),
      '"bomb" makes more than',
    ],
  ])('%s is refused by name', async (_, bytes, why) => {
    const source = join(tempFolder(), 'source.tar');
    writeFileSync(source, bytes);
    const ended = await buildWith(await makeBuilder(builder), { source, tag: testTag('refused') });
    expect(ended.exitCode).toBe(20);
    expect(ended.stderr).toContain(why);
  });

  it('may have such names where its ignore file leaves them out', async () => {
    const source = join(tempFolder(), 'source.tar');
    const entries = [
      rawEntry({ name: 'caf\xe9.o' }),
      rawEntry({ name: '.stiignore' }, '*.o\n'),
      rawEntry({ name: 'index.html' }, 'x'),
    ];
    writeFileSync(source, Buffer.concat([...entries, endBlocks]));
    expect((await buildWith(await makeBuilder(builder), { source })).exitCode).toBe(0);
  });
});
