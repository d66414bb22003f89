import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { build, buildWith, imageOf, tryBuild } from '../support/app-build.ts';
import { type Builder, makeBuilder } from '../support/builders.ts';
import { failureOf, scriptLines, warningsOf } from '../support/dev-events.ts';
import { testTag } from '../support/engine.ts';
import { gitRepository } from '../support/git-repository.ts';
import { serveHttp } from '../support/http-server.ts';
import { endBlocks, rawEntry, rawHeader, rawPax } from '../support/raw-tar.ts';
import { homeFor, type StiEnded, startSti, temporaryFolderOf } from '../support/sti.ts';
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
    ['a gzip that breaks off', 'tar -czf - -C /app deps | head -c 60', 'save-artifacts'],
    ['a gzip of a few bytes', 'tar -czf - -C /app deps | head -c 5', 'save-artifacts'],
    ['a tar that breaks off', 'tar -cf - -C /app deps | head -c 700', 'save-artifacts'],
    ['a sparse file', 'cat /sparse', '"real-name"'],
    ['a name that is no text', 'cd /tmp; mkdir d; echo x > "d/caf$(printf "\\351")"; tar -cf - d', 'caf\\xe9'],
  ])('fails the build and says why: %s', async (_, save, named) => {
    const tag = await firstImage();
    const before = await imageOf(tag);
    const { posted, ...ended } = await saving(tag, save);
    expect(posted).toMatchObject([{ success: false, error: { code: 'artifacts' } }]);
    expect(failureOf(ended)).toMatchObject({
      ...{ code: 'artifacts', exitCode: 50 },
      ...{ message: expect.stringContaining(named), hint: expect.stringContaining('--clean') },
    });
    expect((await imageOf(tag)).Id).toBe(before.Id);
  });

  it.each([
    ['a gzip that breaks off', 'echo why >&2; tar -czf - -C /app deps | head -c 60; exit 3'],
    ['a tar that breaks off', 'echo why >&2; tar -cf - -C /app deps | head -c 700; exit 3'],
    ['a hostile one', 'echo why >&2; cat /sparse; exit 3'],
  ])('does not count when the script itself fails: %s', async (_, save) => {
    const { posted, ...ended } = await saving(await firstImage(), save);
    expect({ exitCode: ended.exitCode, posted }).toMatchObject({ exitCode: 0, posted: [{ success: true }] });
    expect(warningsOf(ended)).toMatch(/save-artifacts.* 3\b[\s\S]*why/);
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
    expect(warningsOf(ended)).toContain('save-artifacts');
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

/** That the failure names the disk that is full. */
function expectFull(ended: StiEnded, disk: string): void {
  const { message, ...failure } = failureOf(ended);
  for (const named of [disk, 'ENOSPC']) expect(message).toContain(named);
  expect(failure).toMatchObject({ code: 'workspace', exitCode: 73, hint: expect.stringContaining('TMPDIR') });
}

describe('a full disk', () => {
  it.each([
    ['artifacts are received', 'head -c 6000000 /dev/urandom > /tmp/big; tar -cf - -C /tmp big'],
    ['gzipped artifacts are received', 'head -c 6000000 /dev/urandom > /tmp/big; tar -czf - -C /tmp big'],
  ])('is named as such, with its place, while %s', async (_, save) => {
    const tag = await firstImage();
    const disk = smallDisk(4);
    const { posted, ...ended } = await saving(tag, save, { TMPDIR: disk });
    expect(posted).toMatchObject([{ success: false, error: { code: 'workspace' } }]);
    expectFull(ended, disk);
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
    expectFull(ended, disk);
  });
});

it('a full disk is named as such, with its place, while a repository is cloned', async () => {
  const { url, folder, commit } = gitRepository();
  writeFileSync(join(folder, 'big'), randomBytes(6_000_000));
  commit({ small: 'x' }, 'first');
  const disk = smallDisk(4);
  const ended = await buildWith(await makeBuilder(builder), { source: url, env: { TMPDIR: disk } });
  expectFull(ended, disk);
});

describe('a source archive', () => {
  it.each([
    ['with a sparse file', sparse, '"real-name"'],
    ['with a name that is no text', Buffer.concat([rawEntry({ name: 'caf\xe9' }), endBlocks]), 'caf\\xe9'],
    [
      'that says it has a header of gigabytes',
      Buffer.concat([rawHeader({ type: 'x', size: '17777777777' }), endBlocks]),
      'source.tar',
    ],
    [
      'that says it has more than sti unpacks',
      rawHeader({ name: 'bomb', size: '\x80\0\0\0\0\0\0\x10\0\0\0\0' }),
      '"bomb"',
    ],
  ])('%s is refused by name', async (_, bytes, named) => {
    const source = join(tempFolder(), 'source.tar');
    writeFileSync(source, bytes);
    const ended = await buildWith(await makeBuilder(builder), { source, tag: testTag('refused') });
    expect(failureOf(ended)).toMatchObject({ code: 'source', message: expect.stringContaining(named) });
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
