import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkEnvironmentSize,
  mergeEnvironment,
  parseEnvironmentFile,
  toEnvStrings,
} from '../../source/protocol/environment.ts';

const parsed = (text: string) => toEnvStrings(parseEnvironmentFile(text, 'f').variables);

describe('parseEnvironmentFile', () => {
  it('splits at the first = and trims name and value', () => {
    expect(parsed(' A = 1 \nURL=http://h/?a=b\nEMPTY=\n')).toEqual(['A=1', 'URL=http://h/?a=b', 'EMPTY=']);
  });

  it('takes quotes and dollars as they are', () => {
    expect(parsed('A="x y"\nB=$HOME')).toEqual(['A="x y"', 'B=$HOME']);
  });

  it('skips comments at the start of a line, and blank lines', () => {
    expect(parseEnvironmentFile('#A=1\n\n  \t\nB=2 # not a comment', 'f')).toEqual({
      variables: [{ name: 'B', value: '2 # not a comment' }],
      warnings: [],
    });
  });

  it('does not take # elsewhere for a comment', () => {
    expect(parsed(' #A=1')).toEqual(['#A=1']);
  });

  it('reads files from Windows', () => {
    expect(parsed('\uFEFFA=1\r\n#c\r\n\r\nB=2\r\n')).toEqual(['A=1', 'B=2']);
  });

  it('warns of any other line by number and file, and never shows it', () => {
    const { variables, warnings } = parseEnvironmentFile(
      'A=1\nhunter2\n=hunter2\nexport B=hunter2\nC=\0',
      '.sti/environment',
    );
    expect(variables).toEqual([{ name: 'A', value: '1' }]);
    expect(warnings.map((warning) => warning.match(/line \d+ of \.sti\/environment/)?.[0])).toEqual(
      [2, 3, 4, 5].map((line) => `line ${line} of .sti/environment`),
    );
    expect(warnings.join()).not.toContain('hunter2');
  });

  it('reads back every variable that was written', () => {
    const name = fc.stringMatching(/^[A-Za-z_][\w.-]*$/);
    const value = fc.string().map((text) => text.replace(/[\n\0]/g, '').trim());
    fc.assert(
      fc.property(fc.array(fc.record({ name, value })), (variables) => {
        expect(parseEnvironmentFile(toEnvStrings(variables).join('\r\n'), 'f')).toEqual({ variables, warnings: [] });
      }),
    );
  });
});

describe('mergeEnvironment', () => {
  it('lets the later value win at the place where the name came first', () => {
    const first = [
      { name: 'A', value: '1' },
      { name: 'B', value: '1' },
    ];
    expect(
      toEnvStrings(
        mergeEnvironment(
          first,
          [],
          [
            { name: 'C', value: '2' },
            { name: 'A', value: '2' },
          ],
        ),
      ),
    ).toEqual(['A=2', 'B=1', 'C=2']);
  });
});

describe('the size of an environment', () => {
  const variable = (name: string, bytes: number) => ({ name, value: 'x'.repeat(bytes) });

  it('may be what Linux gives a program', () => {
    checkEnvironmentSize([], 'usage');
    checkEnvironmentSize([variable('A', 128 * 1024 - 3)], 'usage');
    checkEnvironmentSize(
      Array.from({ length: 15 }, (_, index) => variable(`PART_${index}`, 130_000)),
      'usage',
    );
  });

  it.each([
    [
      'one variable',
      [variable('SMALL', 1), variable('BIG', 128 * 1024 - 4)],
      /the variable BIG \(131073 bytes\).*131072/,
    ],
    [
      'in characters of several bytes',
      [{ name: 'BIG', value: 'é'.repeat(70_000) }],
      /the variable BIG \(140005 bytes\)/,
    ],
    [
      'all together',
      Array.from({ length: 30 }, (_, i) => variable(`V${i}`, 100_000 + i)),
      /30 variables.*2097152.*V29 \(/,
    ],
    ['many small ones', Array.from({ length: 200_000 }, (_, i) => variable(`V${i}`, 1)), /200000 variables/],
  ])('is refused by name and limit: %s', (_, variables, message) => {
    expect(() => checkEnvironmentSize(variables, 'source')).toThrowError(
      expect.objectContaining({ code: 'source', message: expect.stringMatching(message) }),
    );
  });
});
