import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../source/cli/command-line/parse.ts';
import { StiError } from '../../../source/errors.ts';

function read(...argv: string[]) {
  return parse(argv);
}

function failure(...argv: string[]): { code: string; message: string; hint: string | undefined } {
  try {
    parse(argv);
  } catch (error) {
    if (error instanceof StiError) return { code: error.code, message: error.message, hint: error.hint };
  }
  throw new Error(`${argv.join(' ')} was accepted`);
}

describe('parse', () => {
  it.each([
    [['-e', 'A=1'], { env: [{ name: 'A', value: '1' }] }],
    [['-eA=1'], { env: [{ name: 'A', value: '1' }] }],
    [['-e=A=1'], { env: [{ name: 'A', value: '1' }] }],
    [['--env', 'A=1'], { env: [{ name: 'A', value: '1' }] }],
    [['--env=A=1'], { env: [{ name: 'A', value: '1' }] }],
    [
      ['-e', 'A=1', '--env', 'B=2'],
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
    ],
    [['--ref', 'v1', '-r', 'v2'], { ref: 'v2' }],
    [['--ref='], { ref: undefined }],
    [['--ref', '-x'], { ref: '-x' }],
    [['--ref=--clean'], { ref: '--clean' }],
    [['--callbackUrl', 'http://h'], { callbackUrl: 'http://h' }],
    [['--callback-url', 'http://h'], { callbackUrl: 'http://h' }],
    [['--savetempdir'], { savetempdir: true }],
    [['--save-temp-dir'], { savetempdir: true }],
    [['--environment-file', 'f', '-E', 'g'], { envFile: 'g' }],
    [['--clean'], { clean: true }],
    [['--clean=false'], { clean: false }],
    [['--clean=T'], { clean: true }],
    [['-q=0'], { quiet: false }],
    [['--clean', '--clean=false'], { clean: false }],
    [['-cq'], { copy: true, quiet: true }],
    [['-cqe', 'A=1'], { copy: true, quiet: true, env: [{ name: 'A', value: '1' }] }],
    [['-cqeA=1'], { copy: true, quiet: true, env: [{ name: 'A', value: '1' }] }],
    [['-p', 'never'], { pullPolicy: 'never' }],
    [['--transport=upload'], { transport: 'upload' }],
  ])('reads %j', (words, explicit) => {
    expect(read('build', 'src', 'img', ...words)).toEqual({ command: 'build', positionals: ['src', 'img'], explicit });
  });

  it('takes everything behind -- as arguments', () => {
    expect(read('build', '--clean', '--', '-src', '--rm')).toEqual({
      command: 'build',
      positionals: ['-src', '--rm'],
      explicit: { clean: true },
    });
  });

  it('takes a lone - as an argument', () => {
    expect(read('build', '-', 'img').positionals).toEqual(['-', 'img']);
  });

  it('gives the same whatever the order of options and arguments', () => {
    const pieces: [string, ...string[]][] = [['build'], ['src'], ['img'], ['tag']];
    const options: [string, ...string[]][] = [
      ['--clean'],
      ['-r', 'v1'],
      ['-eA=1'],
      ['-e', 'B=2'],
      ['-p=never'],
      ['-cq'],
    ];
    const orderly = read(...pieces.flat(), ...options.flat());
    // Arguments keep their order among themselves, and so do the two -e: only how they are mixed is free.
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          [0, 0, 0, 0, 1, 1, 1, 1, 1, 1].map((kind, key) => ({ kind, key })),
          { minLength: 10 },
        ),
        (order) => {
          const rest = [pieces.values(), options.values()];
          const argv = order.flatMap(({ kind }) => rest[kind]?.next().value ?? []);
          expect(read(...argv)).toEqual(orderly);
        },
      ),
    );
  });

  it('shows help when there is nothing on the command line', () => {
    expect(read()).toEqual({ command: 'help', positionals: [], explicit: {} });
  });

  it.each([[['--help']], [['-h']], [['help']]])('shows the general help for %j', (argv) => {
    expect(read(...argv)).toEqual({ command: 'help', positionals: [], explicit: {} });
  });

  it.each([
    [['build', '--help']],
    [['help', 'build']],
    [['build', '-h', '--nonsense', '--ref']],
    [['help', 'build', '--help']],
  ])('shows the help of build for %j', (argv) => {
    expect(read(...argv)).toEqual({ command: 'help', positionals: ['build'], explicit: {} });
  });

  it.each([[['version']], [['--version']]])('shows the version for %j', (argv) => {
    expect(read(...argv).command).toBe('version');
  });

  it.each([
    [['biuld', '.', 'img'], 'unknown command biuld', 'Write sti build, or see sti --help.'],
    [['frobnicate'], 'unknown command frobnicate', 'See sti --help.'],
    [['--clean'], 'no command given', 'See sti --help.'],
    [['--versoin'], 'unknown option --versoin', 'Write --version, or see sti --help.'],
    [['build', '.', 'i', '--cleen'], 'unknown option --cleen', 'Write --clean, or see sti build --help.'],
    [['build', '.', 'i', '--cleen=1'], 'unknown option --cleen', 'Write --clean, or see sti build --help.'],
    [['build', '.', 'i', '-clean'], 'unknown option -clean', 'Write --clean, or see sti build --help.'],
    [
      ['build', '.', 'i', '--tlsverify'],
      'unknown option --tlsverify',
      'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem.',
    ],
    [
      ['build', '.', 'i', '--cert=c.pem'],
      'unknown option --cert',
      'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem.',
    ],
    [['build', '.', 'i', '-x'], 'unknown option -x', 'See sti build --help.'],
    [['build', '.', 'i', '--trasnport=bind'], 'unknown option --trasnport', 'See sti build --help.'],
    [['usage', 'i', '--clean'], 'sti usage has no option --clean', 'See sti usage --help.'],
    [['build', '.', 'i', '-r'], '-r needs a value: -r REF', 'See sti build --help.'],
    [['build', '.', 'i', '--ref', '--clean'], '--ref needs a value: --ref REF', 'See sti build --help.'],
    [
      ['build', '.', 'i', '--clean=maybe'],
      'Invalid value "maybe" for --clean: expected true or false',
      'See sti build --help.',
    ],
    [
      ['build', '.', 'i', '-p', 'sometimes'],
      'Invalid value "sometimes" for -p: expected one of always, if-not-present, never',
      'See sti build --help.',
    ],
    [['usage'], 'IMAGE is missing', 'Write sti usage IMAGE, or see sti usage --help.'],
    [['build', '', 'i'], 'SOURCE is empty', 'Write sti build [SOURCE [IMAGE [TAG]]], or see sti build --help.'],
    [['build', '.', ''], 'IMAGE is empty', 'Write sti build [SOURCE [IMAGE [TAG]]], or see sti build --help.'],
    [
      ['build', 'a', 'b', 'c', 'd'],
      'one argument too many: d',
      'Write sti build [SOURCE [IMAGE [TAG]]], or see sti build --help.',
    ],
    [['version', 'x'], 'one argument too many: x', 'Write sti version, or see sti version --help.'],
  ])('refuses %j', (argv, message, hint) => {
    expect(failure(...argv)).toEqual({ code: 'usage', message, hint });
  });
});
