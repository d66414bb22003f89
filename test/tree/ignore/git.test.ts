import { spawnSync } from 'node:child_process';
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGitIgnore } from '../../../source/tree/ignore/git.ts';
import { run, temporaryFolder } from '../../support/tree.ts';

const ignored = (rules: string, paths: readonly string[]) =>
  paths.filter((path) => parseGitIgnore(rules).ignores(path, false));

describe('parseGitIgnore', () => {
  it('keeps * and ? inside one path component', () => {
    expect(ignored('a/*.c\nb/?', ['a/x.c', 'a/b/x.c', 'b/x', 'b/xx'])).toEqual(['a/x.c', 'b/x']);
  });

  it('lets ** stand for folders at the beginning, in the middle and at the end', () => {
    expect(ignored('**/x/y', ['x/y', 'a/b/x/y', 'ax/y'])).toEqual(['x/y', 'a/b/x/y']);
    expect(ignored('a/**/x', ['a/x', 'a/b/c/x', 'ax'])).toEqual(['a/x', 'a/b/c/x']);
    expect(ignored('a/**', ['a', 'a/b', 'a/b/c'])).toEqual(['a/b', 'a/b/c']);
  });

  it('counts a character outside of ASCII as one', () => {
    expect(ignored('?.txt\n[ä-ü]', ['ö.txt', '🦊.txt', 'ö', 'ab.txt'])).toEqual(['ö.txt', '🦊.txt', 'ö']);
  });

  it('takes the names that objects have in JavaScript for names', () => {
    expect(ignored('[[:constructor:]]\n__proto__', ['c', '__proto__'])).toEqual(['__proto__']);
  });

  it('agrees with git itself on sets, escapes, spaces and stars', () => {
    const repository = realpathSync(temporaryFolder());
    run(repository, 'git', 'init', '--quiet');
    const piece = fc.constantFrom(
      ...['a', 'b', '-', ']', '[', '!', '^', '*', '**', '?', '\\', '\\\\', '/', ' ', '\t', '#', ':', '.', '\r'],
      ...[
        '[:alpha:]',
        '[[:digit:]]',
        '[a-c]',
        '[!a]',
        '[^b]',
        '[]a]',
        '[a-]',
        '[\\]]',
        '[b-a]',
        '[[:space:]x]',
        '[!/]',
      ],
    );
    const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
    const name = fc.array(fc.constantFrom('a', 'b', 'c', '-', ']', '[', '!', '*', '\\', ' ', '#', ':', '1'), {
      minLength: 1,
      maxLength: 3,
    });
    const path = fc.array(
      name.map((chars) => chars.join('')),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 4 }),
        fc.array(path, { minLength: 10, maxLength: 40 }),
        (patterns, paths) => {
          const asked = [...new Set(paths.map((parts) => parts.join('/')))];
          const rules = patterns.join('\n');
          expect({ rules, ignored: ignored(rules, asked) }).toEqual({
            rules,
            ignored: ignoredByGit(repository, rules, asked),
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

function ignoredByGit(repository: string, rules: string, asked: readonly string[]): string[] {
  const file = join(repository, '.git/rules');
  writeFileSync(file, rules);
  const { stdout, stderr } = spawnSync(
    'git',
    ['-c', `core.excludesFile=${file}`, 'check-ignore', '--no-index', '--stdin', '-z'],
    // A name that begins with a colon means something to git.
    { cwd: repository, input: asked.map((path) => `./${path}`).join('\0'), encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  const found = new Set(stdout.split('\0'));
  return asked.filter((path) => found.has(`./${path}`));
}
