import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDockerIgnore } from '../../../source/tree/ignore/docker.ts';

const ignored = (rules: string, paths: readonly string[]) =>
  paths.filter((path) => parseDockerIgnore(rules).ignores(path));

describe('parseDockerIgnore', () => {
  it('roots every pattern, where git would match at any depth', () => {
    expect(ignored('log\n/tmp', ['log', 'a/log', 'tmp', 'a/tmp'])).toEqual(['log', 'tmp']);
  });

  it('covers everything below a match', () => {
    expect(ignored('node_modules', ['node_modules', 'node_modules/a/b.js'])).toEqual([
      'node_modules',
      'node_modules/a/b.js',
    ]);
  });

  it('keeps * and ? inside one path component', () => {
    expect(ignored('*.log\na/?.c', ['x.log', 'a/x.log', 'a/b.c', 'a/bb.c', 'a//.c'])).toEqual(['x.log', 'a/b.c']);
  });

  it('lets ** stand for any number of folders, none included', () => {
    expect(ignored('**/x', ['x', 'a/x', 'a/b/x', 'ax'])).toEqual(['x', 'a/x', 'a/b/x']);
    expect(ignored('a/**/x', ['a/x', 'a/b/c/x', 'b/x'])).toEqual(['a/x', 'a/b/c/x']);
    expect(ignored('a/**', ['a', 'a/b', 'a/b/c'])).toEqual(['a/b', 'a/b/c']);
  });

  it('knows sets, ranges and escapes', () => {
    expect(ignored('[a-c]1\n[^x-z]2\n\\*', ['a1', 'd1', 'b2', 'y2', '*', 'q'])).toEqual(['a1', 'b2', '*']);
  });

  it('takes what a regular expression would read as special for itself', () => {
    expect(ignored('a.b\n(c)\nd+', ['a.b', 'axb', '(c)', 'c', 'd+', 'dd'])).toEqual(['a.b', '(c)', 'd+']);
  });

  it('lets the last match win, so that ! brings files back even out of an ignored folder', () => {
    expect(ignored('a\n!a/keep', ['a/x', 'a/keep', 'a/keep/b'])).toEqual(['a/x']);
    expect(ignored('a\n!a/keep\na/keep/b', ['a/keep', 'a/keep/b'])).toEqual(['a/keep/b']);
    expect(ignored('!a/keep\na', ['a/keep'])).toEqual(['a/keep']);
  });

  it('skips comments and empty lines, trims, and cleans paths', () => {
    expect(ignored('# a\n\n  b  \r\n./c//d/\n! b/x', ['# a', 'a', 'b', 'b/x', 'c/d'])).toEqual(['b', 'c/d']);
  });

  it.each(['!', 'a\n[b', 'c\\'])('refuses %j as Docker does', (rules) => {
    expect(() => parseDockerIgnore(rules)).toThrow(SyntaxError);
  });

  it('looks into an ignored folder only where a ! pattern could match', () => {
    const rules = parseDockerIgnore('*\n!src/*.js\n!**/README');
    expect(rules.mayRescueInside('docs')).toBe(true);
    const rooted = parseDockerIgnore('*\n!src/lib/*.js');
    expect(['src', 'src/lib', 'docs', 'src/other'].map(rooted.mayRescueInside)).toEqual([true, true, false, false]);
  });

  it('never passes over a folder that holds something wanted', () => {
    const component = fc.constantFrom('a', 'b', 'ab', '*', '**', '?', '[ab]');
    const pattern = fc
      .tuple(fc.boolean(), fc.array(component, { minLength: 1, maxLength: 3 }))
      .map(([negated, parts]) => `${negated ? '!' : ''}${parts.join('/')}`);
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'c'), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), path, (patterns, parts) => {
        const rules = parseDockerIgnore(patterns.join('\n'));
        if (rules.ignores(parts.join('/'))) return;
        for (let depth = 1; depth < parts.length; depth += 1) {
          const folder = parts.slice(0, depth).join('/');
          if (rules.ignores(folder)) expect(rules.mayRescueInside(folder)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
