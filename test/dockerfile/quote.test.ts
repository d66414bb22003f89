import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignments, paths, shellWord, word } from '../../source/dockerfile/quote.ts';
import { plainWord, readAssignments, readDockerfile, splitWords } from '../support/dockerfile-reader.ts';

/** What is written in Dockerfiles and shells for something else than itself, more often than by chance. */
const hard = fc.constantFrom(
  '"',
  "'",
  '\\',
  '$',
  '$HOME',
  '{HOME}',
  '`',
  '#',
  ' ',
  '\t',
  '\r',
  '=',
  '<<EOF',
  '\\\\',
  '--',
  '[',
  '*',
  '\u2028',
  'é',
  '😀',
);
const text = fc
  .array(fc.oneof(hard, fc.string({ unit: 'grapheme-ascii', maxLength: 4 })), { maxLength: 8 })
  .map((parts) => parts.join('').replace(/[\n\0]/g, ''));
const name = text.filter((one) => one !== '' && !one.includes('='));
const values = fc.array(fc.tuple(name, text), { minLength: 1, maxLength: 6 });

describe('values of a Dockerfile', () => {
  it.each(['LABEL', 'ENV'] as const)('are read from %s as they were given, whatever is in them', (instruction) => {
    fc.assert(
      fc.property(values, (given) => {
        const [written = '', ...more] = assignments(instruction, given);
        expect(more).toEqual([]);
        const [read, ...others] = readDockerfile(`FROM scratch\n${written}\nUSER 0\n`).slice(1);
        expect(others).toEqual([{ name: 'USER', rest: '0' }]);
        expect(read?.name).toBe(instruction);
        expect(readAssignments(read?.rest ?? '')).toEqual(given);
      }),
    );
  });

  it('stand one a line, and plain variables as people write them', () => {
    expect(
      assignments('ENV', [
        ['A', '1'],
        ['B', 'two "words"'],
      ]),
    ).toEqual(['ENV A="1" \\\n    B="two \\"words\\""']);
  });

  it.each([
    ['a line break', 'a\nb'],
    ['more than a line of a Dockerfile takes', 'x'.repeat(70_000)],
  ])('are refused by name when they have %s', (_, value) => {
    expect(() => assignments('LABEL', [['some.label', value]])).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('"some.label"') }),
    );
  });
});

describe('words of a Dockerfile', () => {
  it('stand for themselves', () => {
    fc.assert(fc.property(text, (given) => void expect(plainWord(word(given))).toBe(given)));
  });

  it('are paths of a COPY, as a list where they have spaces', () => {
    const read = (rest: string) => {
      const isList = rest.startsWith('[');
      const list: unknown = isList ? JSON.parse(rest) : splitWords(rest);
      return Array.isArray(list) ? list.map(String).map(plainWord) : [];
    };
    const path = text.map((one) => `/${one}`);
    fc.assert(fc.property(path, path, (from, to) => void expect(read(paths(from, to))).toEqual([from, to])));
    expect(paths('upload/src', '/tmp/src')).toBe('upload/src /tmp/src');
    expect(paths('upload/src', '/my build/src')).toBe('["upload/src","/my build/src"]');
  });
});

describe('words of a shell', () => {
  it('are what the shell takes them for', () => {
    const random = fc.sample(
      text.filter((one) => one !== ''),
      60,
    );
    const given = ['~', '~root', 'a=~', ...random];
    const command = `printf '%s\\0' ${given.map(shellWord).join(' ')}`;
    expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(given);
  });
});
