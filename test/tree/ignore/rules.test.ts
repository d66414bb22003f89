import { spawnSync } from 'node:child_process';
import { realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadIgnore } from '../../../source/tree/ignore/rules.ts';
import { folderWith, run, temporaryFolder, writeFiles } from '../../support/tree.ts';

const rulesOf = (files: Readonly<Record<string, string>>, contextDir = '.') => {
  const root = realpathSync(folderWith({ [`${contextDir}/x`]: '', ...files }));
  return loadIgnore(root, realpathSync(join(root, contextDir)));
};

describe('loadIgnore', () => {
  it('finds nothing where there is no ignore file', async () => {
    expect(await rulesOf({})).toBeUndefined();
  });

  it('prefers .stiignore to .s2iignore to .dockerignore', async () => {
    const files = { '.stiignore': 'a', '.s2iignore': 'b', '.dockerignore': 'c' };
    expect(await rulesOf(files)).toMatchObject({ file: '.stiignore' });
    expect(await rulesOf({ '.s2iignore': 'b', '.dockerignore': 'c' })).toMatchObject({ file: '.s2iignore' });
    expect(await rulesOf({ '.dockerignore': 'c' })).toMatchObject({ file: '.dockerignore' });
  });

  it('looks in the context dir first, then at the root', async () => {
    expect(await rulesOf({ '.stiignore': 'a', 'app/.dockerignore': 'b' }, 'app')).toMatchObject({
      file: 'app/.dockerignore',
    });
    expect(await rulesOf({ '.stiignore': 'a' }, 'app')).toMatchObject({ file: '.stiignore' });
  });

  it('reads patterns relative to where their file stands', async () => {
    const atRoot = await rulesOf({ '.stiignore': '/app/log\n/tmp' }, 'app');
    expect([atRoot?.ignores('log', false), atRoot?.ignores('tmp', false)]).toEqual([true, false]);
    const inContext = await rulesOf({ 'app/.stiignore': '/log' }, 'app');
    expect([inContext?.ignores('log', false), inContext?.ignores('a/log', false)]).toEqual([true, false]);
  });

  it('gives .stiignore the rules of git: any depth, case, folders only, no rescue from an ignored folder', async () => {
    const rules = await rulesOf({ '.stiignore': 'log\nout/\n!out/keep' });
    expect(rules?.ignores('a/log', false)).toBe(true);
    expect(rules?.ignores('LOG', false)).toBe(false);
    expect([rules?.ignores('out', true), rules?.ignores('out', false)]).toEqual([true, false]);
    expect([rules?.ignores('out/keep', false), rules?.mayRescueInside('out')]).toEqual([true, false]);
  });

  it('gives .dockerignore the rules of Docker: rooted, and rescue from an ignored folder', async () => {
    const rules = await rulesOf({ '.dockerignore': 'log\nout\n!out/keep' });
    expect(rules?.ignores('a/log', false)).toBe(false);
    expect([rules?.ignores('out/keep', false), rules?.mayRescueInside('out')]).toEqual([false, true]);
  });

  it('passes over a byte order mark', async () => {
    expect((await rulesOf({ '.stiignore': '\uFEFFlog' }))?.ignores('log', false)).toBe(true);
    expect((await rulesOf({ '.dockerignore': '\uFEFFlog' }))?.ignores('log', false)).toBe(true);
  });

  it('follows a link to another file of the source, and no link out of it', async () => {
    const root = realpathSync(folderWith({ '.gitignore': 'log' }));
    symlinkSync('.gitignore', join(root, '.stiignore'));
    expect((await loadIgnore(root, root))?.ignores('log', false)).toBe(true);
    rmSync(join(root, '.stiignore'));
    symlinkSync(join(folderWith({ rules: 'log' }), 'rules'), join(root, '.stiignore'));
    expect(await loadIgnore(root, root)).toBeUndefined();
  });

  it('names the file that it cannot understand', async () => {
    await expect(rulesOf({ '.dockerignore': '[a' })).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('.dockerignore'),
    });
  });

  it('refuses more than anyone writes: by bytes, and by lines', async () => {
    await expect(rulesOf({ '.stiignore': `a${' '.repeat(128 * 1024)}` })).rejects.toMatchObject({
      code: 'source',
      message: expect.stringMatching(/\.stiignore is larger than 128 KiB/),
    });
    await expect(rulesOf({ '.dockerignore': 'a\n'.repeat(10_001) })).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('more than 10000 lines'),
    });
  });

  it('passes over a pipe, a device and a folder in place of the file', async () => {
    const root = realpathSync(folderWith({ '.dockerignore/x': '' }));
    spawnSync('mkfifo', [join(root, '.stiignore')]);
    symlinkSync('/dev/zero', join(root, '.s2iignore'));
    expect(await loadIgnore(root, root)).toBeUndefined();
  });

  it('agrees with git itself', async () => {
    const repository = realpathSync(temporaryFolder());
    run(repository, 'git', 'init', '--quiet');
    const names = ['a', 'b', 'ab', '.c', 'a.o'];
    writeFiles(repository, Object.fromEntries(names.flatMap((x) => names.map((y) => [`d/${x}/e/${y}`, '']))));
    const component = fc.constantFrom(
      'a',
      'b',
      'd',
      'e',
      '*',
      '**',
      '***',
      '?',
      'a*',
      'd**',
      '*b**',
      '*.o',
      '[ab]',
      '[!a]',
    );
    const pattern = fc
      .tuple(
        fc.constantFrom('', '', '!', '/', '!/'),
        fc.array(component, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', '', '/'),
      )
      .map(([start, parts, end]) => start + parts.join('/') + end);
    const asked = names.flatMap((x) => [`d/${x}/`, ...names.map((y) => `d/${x}/e/${y}`)]);
    await fc.assert(
      fc.asyncProperty(fc.array(pattern, { minLength: 1, maxLength: 5 }), async (patterns) => {
        writeFileSync(join(repository, '.stiignore'), patterns.join('\n'));
        const rules = await loadIgnore(repository, repository);
        const ours = asked.filter((path) => rules?.ignores(withoutSlash(path), path.endsWith('/')));
        expect({ patterns, ignored: ours }).toEqual({ patterns, ignored: ignoredByGit(repository, asked) });
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

function ignoredByGit(repository: string, asked: readonly string[]): string[] {
  const rules = `core.excludesFile=${repository}/.stiignore`;
  const { stdout } = spawnSync('git', ['-c', rules, 'check-ignore', '--no-index', '--stdin', '-z'], {
    cwd: repository,
    // With a slash at the end git would let `x/**` match the folder itself, which it does not do when it walks.
    input: asked.map(withoutSlash).join('\0'),
    encoding: 'utf8',
  });
  const found = new Set(stdout.split('\0'));
  return asked.filter((path) => found.has(withoutSlash(path)));
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}
