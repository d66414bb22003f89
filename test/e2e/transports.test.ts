import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { transportNames } from '../../source/build/request.ts';
import { build } from '../support/app-build.ts';
import { scriptLines } from '../support/dev-events.ts';
import { configOf, difference, filesOf, type Listing } from '../support/listing.ts';
import { temporaryFolderOf } from '../support/sti.ts';
import { tempFolderOfFile, writeFiles } from '../support/temp.ts';

const deep = Array.from({ length: 12 }, (_, index) => `a folder with a long name, number ${index}`).join('/');

/** A source with everything that a way into the container could get wrong. */
function difficultSource(): string {
  const folder = tempFolderOfFile();
  writeFiles(folder, {
    'index.html': 'hello\n',
    'sub/folder/file.txt': 'in a subfolder\n',
    'bin/start.sh': '#!/bin/sh\necho started\n',
    'read-only.txt': 'read only\n',
    'private.txt': 'private\n',
    'with a space.txt': 'space\n',
    'quotes \'"$(x)`.txt': 'quotes\n',
    'grüße/日本語 ☃.txt': 'not ASCII\n',
    [`${'n'.repeat(120)}.txt`]: 'more than 100 characters\n',
    [`${deep}/file.txt`]: 'more than 255 characters\n',
    'empty.txt': '',
    'large.bin': Buffer.alloc(1_500_000, 'sti'),
    '-starts-with-a-dash': 'dash\n',
    '.hidden/.file': 'hidden\n',
  });
  mkdirSync(join(folder, 'empty/within'), { recursive: true });
  symlinkSync('index.html', join(folder, 'to-file'));
  symlinkSync('../folder', join(folder, 'sub/to-folder'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('../../../etc/passwd', join(folder, 'leads-out'));
  symlinkSync('/etc/passwd', join(folder, 'absolute'));
  symlinkSync(`${deep}/file.txt`, join(folder, 'to-a-long-path'));
  chmodSync(join(folder, 'bin/start.sh'), 0o755);
  chmodSync(join(folder, 'read-only.txt'), 0o444);
  chmodSync(join(folder, 'private.txt'), 0o600);
  chmodSync(join(folder, 'sub'), 0o2775);
  chmodSync(join(folder, 'empty'), 0o700);
  chmodSync(join(folder, 'sub/folder'), 0o555);
  return folder;
}

/** assemble of the test builders copies /tmp/src as it is, so that the image shows what came in. */
const assemble = `#!/bin/sh
set -e
mkdir -p /app/deps
cp -a /tmp/src /app/src
builds=0
[ ! -f /tmp/artifacts/deps/builds ] || { cp -a /tmp/artifacts/deps /app/; read -r builds < /app/deps/builds; }
echo $((builds + 1)) > /app/deps/builds
echo "build $((builds + 1))"
[ -e /app/deps/latest ] || { echo tool > /app/deps/tool; chmod 755 /app/deps/tool; ln -s tool /app/deps/latest; }
chmod 600 /app/deps/builds
ls -ldn /tmp/src /tmp/src/sub/folder > /dev/null
echo "of /tmp/src: $(stat -c '%a %u:%g' /tmp/src)"
`;

interface Outcome {
  readonly files: Listing;
  readonly config: unknown;
  readonly lines: readonly string[];
}

async function outcomeOf(tag: string, lines: readonly string[]): Promise<Outcome> {
  return { files: await filesOf(tag), config: await configOf(tag), lines };
}

describe.each([
  ['root', { scripts: { assemble } }, '0:0'],
  ['plain', { scripts: { assemble }, user: { name: '4711:4712', uid: 4711, gid: 4712 } }, '4711:4712'],
] as const)('the three ways into a container of a %s user', (_, builder, owner) => {
  const clean = new Map<string, Outcome>();
  const incremental = new Map<string, Outcome>();

  beforeAll(async () => {
    const source = difficultSource();
    const home = tempFolderOfFile();
    mkdirSync(temporaryFolderOf(home));
    for (const transport of transportNames) {
      const args = ['--transport', transport, '--label', 'same=for-all', '-e', 'GREETING=hi'];
      const first = await build(builder, { source, home, args });
      clean.set(transport, await outcomeOf(first.tag, scriptLines(first)));
      const second = await build(builder, { source, home, args, tag: first.tag });
      expect(scriptLines(second)).toContain('build 2');
      incremental.set(transport, await outcomeOf(first.tag, scriptLines(second)));
    }
  });

  it('bring every file as the source has it, modes included, to its user', () => {
    const files = clean.get('stream')?.files;
    const file = (path: string) => files?.get(`app/src/${path}`);
    expect(file('')).toBeUndefined();
    expect(files?.get('app/src')).toMatchObject({ mode: '0755', owner });
    expect(file('bin/start.sh')).toMatchObject({ type: 'file', mode: '0755', owner });
    expect(file('read-only.txt')).toMatchObject({ type: 'file', mode: '0444', size: 10 });
    expect(file('private.txt')).toMatchObject({ type: 'file', mode: '0600' });
    expect(file('sub/folder')).toMatchObject({ type: 'directory', mode: '0555', owner });
    expect(file('empty')).toMatchObject({ type: 'directory', mode: '0700' });
    expect(file('empty/within')).toMatchObject({ type: 'directory' });
    expect(file('empty.txt')).toMatchObject({ type: 'file', size: 0 });
    expect(file('large.bin')).toMatchObject({ size: 1_500_000 });
    expect(file('with a space.txt')?.type).toBe('file');
    expect(file('grüße/日本語 ☃.txt')?.type).toBe('file');
    expect(file(`${'n'.repeat(120)}.txt`)?.type).toBe('file');
    expect(file(`${deep}/file.txt`)?.type).toBe('file');
    expect(file('dangling')).toMatchObject({ type: 'symlink', link: 'nowhere', owner });
    expect(file('leads-out')).toMatchObject({ type: 'symlink', link: '../../../etc/passwd' });
    expect(file('absolute')).toMatchObject({ type: 'symlink', link: '/etc/passwd' });
    expect(file('to-a-long-path')).toMatchObject({ type: 'symlink', link: `${deep}/file.txt` });
  });

  it.each(['bind', 'upload'] as const)('give the same image, file by file: %s and stream', (transport) => {
    const [one, other] = [clean.get('stream'), clean.get(transport)];
    if (!one || !other) throw new Error('not built');
    expect(difference(one.files, other.files)).toEqual({ added: [], changed: [], removed: [] });
    expect(other.config).toEqual(one.config);
    expect(other.lines).toEqual(one.lines);
  });

  it.each(['bind', 'upload'] as const)('give the same image on an incremental build: %s and stream', (transport) => {
    const [one, other] = [incremental.get('stream'), incremental.get(transport)];
    if (!one || !other) throw new Error('not built');
    expect(one.files.get('app/deps/builds')).toMatchObject({ mode: '0600', owner });
    expect(one.files.get('app/deps/tool')).toMatchObject({ mode: '0755', owner });
    expect(one.files.get('app/deps/latest')).toMatchObject({ type: 'symlink', link: 'tool', owner });
    expect(difference(one.files, other.files)).toEqual({ added: [], changed: [], removed: [] });
    expect(other.config).toEqual(one.config);
  });
});
