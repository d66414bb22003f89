import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mergeEnvironment,
  parseEnvFlag,
  parseEnvironmentFile,
  toEnvStrings,
} from '../../source/protocol/environment.ts';
import { caught } from './caught.ts';

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

describe('parseEnvFlag', () => {
  it.each([
    ['A=1', ['A=1']],
    ['A=1,B=2', ['A=1', 'B=2']],
    ['A=x,y,B=2', ['A=x,y', 'B=2']],
    ['URL=http://h/?a=b&c=d', ['URL=http://h/?a=b&c=d']],
    ['A= 1 , B=2', ['A= 1 , B=2']],
    ['A=1,', ['A=1,']],
    ['A=1,=2', ['A=1,=2']],
    ['A=1,2B=3', ['A=1,2B=3']],
    ['A=,B=', ['A=', 'B=']],
    ['A=1,my.name-x=2', ['A=1', 'my.name-x=2']],
  ])('reads %j as %j', (text, strings) => {
    expect(toEnvStrings(parseEnvFlag(text))).toEqual(strings);
  });

  it.each(['', 'A', 'A,B'])('refuses %j: there is no =', (text) => {
    const error = caught(() => parseEnvFlag(text));
    expect(error.code).toBe('usage');
    expect(error.message).toContain(`"${text}"`);
  });

  it('refuses an empty name without showing the value', () => {
    const error = caught(() => parseEnvFlag('=hunter2'));
    expect(error.code).toBe('usage');
    expect(error.message).not.toContain('hunter2');
  });

  it('reads back any list whose values hold no ,NAME=', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]*$/);
    const value = fc.string().filter((text) => !/,[A-Za-z_][\w.-]*(?:=|$)/.test(text));
    fc.assert(
      fc.property(fc.array(fc.record({ name, value }), { minLength: 1 }), (variables) => {
        expect(parseEnvFlag(toEnvStrings(variables).join(','))).toEqual(variables);
      }),
    );
  });

  it('loses no character, however it splits', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('A', 'b', '=', ',', ' ', '1') }), (rest) => {
        expect(toEnvStrings(parseEnvFlag(`X=${rest}`)).join(',')).toBe(`X=${rest}`);
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
