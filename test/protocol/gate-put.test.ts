import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { escapeContent, type GateCommand, gateCommand, gateLine, gateProgram } from '../../source/protocol/gate.ts';
import { tempFolder, tempFolderOfFile } from '../support/temp.ts';

/** Programs of this machine that are `/bin/sh` in some image, under that name. */
const shells = ['/bin/sh', 'dash', 'bash', 'busybox'].filter((program) => spawnSync(program).error === undefined);

describe.each(shells)('the gate in %s', (program) => {
  const shell = whole(program);
  let folder = '';
  beforeAll(() => {
    folder = tempFolderOfFile();
  });

  /** The marks that answer, without the first one. */
  function tell(commands: readonly GateCommand[], env: Record<string, string> = { PATH: process.env['PATH'] ?? '' }) {
    const input = `${gateProgram('n0nce')}\n${commands.map(gateLine).join('')}`;
    const { stdout, stderr } = spawnSync(shell, gateCommand.slice(1), { argv0: 'sh', input, env, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.trim().split('\n').slice(1);
  }

  const existing = (path: string, content = 'old, and longer than what comes') => {
    writeFileSync(path, content);
    return path;
  };

  it('puts any bytes into a file', () => {
    const path = existing(join(folder, 'bytes'));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const content = Buffer.from(bytes);
        expect(tell([{ verb: 'put', files: [{ path, content }] }])).toEqual(['@@n0nce:done:0@@']);
        expect(readFileSync(path)).toEqual(content);
      }),
      { numRuns: 40 },
    );
  });

  it('puts text that a shell, printf or escaping could take for its own', () => {
    const text =
      ' \t leading and trailing \\ \\\\ \\n \\c \\0101 %s %% $HOME `id` "\' * é 日本 \\\n\n7\r\n\x012\0\n \\';
    const every = Buffer.from(Array.from({ length: 512 }, (__, at) => (at % 2 === 0 ? at / 2 : 0x37)));
    for (const content of [
      Buffer.from(text),
      every,
      Buffer.alloc(0),
      Buffer.from('\n\n'),
      Buffer.alloc(20_000, '\\'),
    ]) {
      const path = existing(join(folder, 'text'));
      expect(tell([{ verb: 'put', files: [{ path, content }] }])).toEqual(['@@n0nce:done:0@@']);
      expect(readFileSync(path)).toEqual(content);
    }
  });

  it('puts several files, whatever their names, keeps their modes and goes on to the next command', () => {
    const names = [' blanks around ', 'a\\b\\n', '$(id) `id` "quoted"', '-n', 'é 日本', '*', 'tab\tin it\t'];
    const files = names.map((name) => ({ path: existing(join(folder, name)), content: Buffer.from(`of ${name}`) }));
    chmodSync(files[0]?.path ?? '', 0o751);
    const answers = tell([
      { verb: 'put', files },
      { verb: 'list', path: '/nowhere' },
    ]);
    expect(answers).toEqual(['@@n0nce:done:0@@', '@@n0nce:listed@@']);
    for (const { path, content } of files) expect(readFileSync(path)).toEqual(content);
    expect(statSync(files[0]?.path ?? '').mode & 0o7777).toBe(0o751);
  });

  it('makes no file, follows no link, and says that it could not put all', () => {
    const there = existing(join(folder, 'there'), 'there');
    const link = join(folder, 'link');
    symlinkSync(there, link);
    const content = Buffer.from('new');
    for (const path of [join(folder, 'missing'), join(folder, 'no', 'folder'), link, folder]) {
      const other = existing(join(folder, 'other'));
      const files = [path, other].map((one) => ({ path: one, content }));
      expect(tell([{ verb: 'put', files }])).toEqual(['@@n0nce:done:1@@']);
      expect(readFileSync(other, 'utf8')).toBe('new');
    }
    expect(existsSync(join(folder, 'missing'))).toBe(false);
    expect(readFileSync(there, 'utf8')).toBe('there');
  });

  it('puts with nothing but the shell itself', () => {
    const path = existing(join(folder, 'alone'));
    const files = [{ path, content: Buffer.from('new\0') }];
    expect(tell([{ verb: 'put', files }], { PATH: '/nowhere' })).toEqual(['@@n0nce:done:0@@']);
    expect(readFileSync(path, 'latin1')).toBe('new\0');
  });

  it('clears what is there of the paths, links themselves and not what they lead to', () => {
    const top = tempFolder();
    mkdirSync(join(top, 'with blank/sub'), { recursive: true });
    existing(join(top, 'with blank/sub/file'));
    existing(join(top, 'kept'));
    symlinkSync(join(top, 'kept'), join(top, 'link'));
    symlinkSync('/nowhere', join(top, 'dangling'));
    const paths = ['missing', 'with blank', 'link', 'dangling'].map((name) => join(top, name));
    const answers = tell([
      { verb: 'clear', paths },
      { verb: 'list', path: top },
    ]);
    expect(answers).toEqual(['@@n0nce:done:0@@', `@@n0nce:entry:${top}/kept@@`, '@@n0nce:listed@@']);
  });

  it('stops clearing at what stays: without rm, at the first that is there', () => {
    const paths = [join(folder, 'missing'), existing(join(folder, 'stays')), existing(join(folder, 'stays too'))];
    const [answer = ''] = tell([{ verb: 'clear', paths }], { PATH: '/nowhere' });
    // busybox's shell may have rm in itself.
    if (existsSync(join(folder, 'stays'))) expect(answer).toMatch(/^@@n0nce:done:[1-9]\d*@@$/);
    else expect(answer).toBe('@@n0nce:done:0@@');
    expect(existsSync(join(folder, 'stays too'))).toBe(existsSync(join(folder, 'stays')));
  });
});

function whole(program: string): string {
  return spawnSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
}

describe('escapeContent', () => {
  it('leaves printable ASCII as it is and shortens the usual', () => {
    expect(escapeContent(Buffer.from('a b~%"\'\\\n\té'))).toBe('a b~%"\'\\\\\\n\\0011\\0303\\0251');
  });
});
