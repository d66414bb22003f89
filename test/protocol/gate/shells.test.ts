import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  escapeContent,
  type GateCommand,
  gateCommand,
  gateLine,
  gateProgram,
} from '../../../source/protocol/gate/program.ts';
import { tempFolder } from '../../support/temp.ts';

/** Programs of this machine that are `/bin/sh` in some image, under that name. */
const shells = ['/bin/sh', 'dash', 'bash', 'busybox'].filter((program) => spawnSync(program).error === undefined);

/** Prints what it was started with; bash keeps SHLVL. */
const show =
  'const { SHLVL, ...env } = process.env; console.log(JSON.stringify({ words: process.argv.slice(1), env, folder: process.cwd() }))';

const awkward = fc.constantFrom('\n', '\\', ' ', "'", '"', '$', '`', '=', '%', '\x01', '\x7f', 'n', '0');
const withoutNul = (word: string) => word.replaceAll('\0', '');

describe.each(shells)('the gate in %s', (program) => {
  const shell = whole(program);
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sti-test-'));
    return () => rmSync(folder, { recursive: true, force: true });
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

  /** What a program gets when the gate becomes it. */
  function become(words: readonly string[], env: Record<string, string> = {}, before: readonly GateCommand[] = []) {
    const command = [process.execPath, '-e', show, '--', ...words];
    const lines = [...before, { verb: 'exec', command } as const].map(gateLine).join('');
    const input = `${gateProgram('n0nce')}\n${lines}`;
    const { stdout } = spawnSync(shell, gateCommand.slice(1), { argv0: 'sh', input, env, encoding: 'utf8' });
    const seen: unknown = JSON.parse(stdout.replace(/^@@n0nce:.*@@\n/gm, ''));
    return seen;
  }

  it('becomes a program with any words as they are', () => {
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: awkward }), fc.string());
    fc.assert(
      fc.property(fc.array(word.map(withoutNul), { maxLength: 6 }), (words) => {
        expect(become(words)).toMatchObject({ words });
      }),
      {
        numRuns: 25,
        examples: [[['', ' a  b ', '\n', 'x\n\n', '\\n', '-n', '=', '$(id) `id` "\'', '*', 'é あ 日本']]],
      },
    );
  });

  it('sets variables for what comes after', () => {
    const before = [{ verb: 'env', path: 'SET=to two words $HOME' } as const];
    expect(become([], {}, before)).toMatchObject({ env: { SET: 'to two words $HOME' } });
  });

  it('becomes a program with the variables that there are, whatever they are called', () => {
    const names = ['path', 'verb', 'data', 'status', 'uid', 'gate', 'key', 'f', 'IFS_', 'A1', 'ENV', 'BASH_ENV'];
    const variables = Object.fromEntries([['PATH', '/bin'], ...names.map((name) => [name, `of ${name}\n`])]);
    const path = existing(join(folder, 'with variables'));
    const files = [{ path, content: Buffer.from('new') }];
    const before = [{ verb: 'list', path: '/nowhere' } as const, { verb: 'put', files } as const];
    expect(become([], variables, before)).toEqual({ words: [], env: variables, folder: process.cwd() });
  });

  it('becomes a program in the folder that has the name now, and stays where it is when there is none', () => {
    const before = [
      { verb: 'cd', path: folder },
      { verb: 'cd', path: '/nowhere' },
    ] as const;
    expect(tell(before)).toEqual(['@@n0nce:done:0@@', expect.stringMatching(/^@@n0nce:done:[12]@@$/)]);
    expect(become([], {}, before)).toMatchObject({ folder });
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
