import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labels, variables } from '../../../source/cli/options/kinds/assignment.ts';
import { choice, toggle } from '../../../source/cli/options/kinds/choice.ts';
import { invalid, type Kind, WrongValue } from '../../../source/cli/options/kinds/kind.ts';
import { list, ports } from '../../../source/cli/options/kinds/list.ts';
import { count, duration, size } from '../../../source/cli/options/kinds/number.ts';
import {
  engineAddress,
  imageReference,
  outputReference,
  scriptsUrl,
  webUrl,
} from '../../../source/cli/options/kinds/reference.ts';
import { address, hostName, path, sourceFolder, text, urlPath, user } from '../../../source/cli/options/kinds/text.ts';

const memory = size({ unit: 'MB', min: 1, max: 2 ** 40 });

const kinds: Readonly<Record<string, Kind<unknown>>> = {
  text: text({ placeholder: 'TEXT' }),
  path: path('FILE'),
  sourceFolder,
  urlPath,
  user,
  hostName,
  address,
  choice: choice('WHEN', ['always', 'never']),
  toggle,
  count: count({ min: 1, max: 999 }),
  duration,
  size: memory,
  ports,
  'list of host names': list(hostName),
  variables,
  labels,
  imageReference,
  outputReference,
  webUrl,
  engineAddress,
  scriptsUrl,
};
const each = Object.entries(kinds);

const digits = fc.nat({ max: 99_999 }).map(String);
/** Texts that some kind or other accepts, pieces of them, and anything else. */
const written = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('always', 'true', 'off', '127.0.0.1', '::1', '1001:0', '.example.com', '/health', '/run/x.sock'),
  fc.constantFrom('nodejs-20', 'q.io:5000/me/app:1', 'unix:///x', 'tcp://h:1/', 'http://me:pw@h/p/?a', 'image://a//b/'),
  fc.constantFrom('file://./s/', 'file:///%41', 'file://%', 'A=1', 'A=,B=x=y', 'A=1,=2', '=x', 'A'),
  digits,
  fc.tuple(digits, fc.constantFrom('ms', 's', 'm', 'h', 'k', 'MB', 'GiB', 'b', ':80')).map((parts) => parts.join('')),
  fc.tuple(digits, digits).map((parts) => parts.join(':')),
  fc
    .array(fc.tuple(digits, fc.constantFrom('ms', 's', 'm', 'h')), { maxLength: 4 })
    .map((parts) => parts.flat().join('')),
);

/** undefined: the kind refuses it, as it may. */
function accepted(read: () => unknown): unknown {
  try {
    return read();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(WrongValue);
    return undefined;
  }
}

function parseAll(kind: Kind<unknown>, words: readonly string[]): unknown {
  return words
    .map((word) => kind.parse(word))
    .reduce((before, after) => (kind.join === undefined ? after : kind.join(before, after)));
}

describe.each(each)('the kind %s', (_, kind) => {
  it('prints what it parses back to, of everything that it accepts', () => {
    let count = 0;
    const property = fc.property(written, (words) => {
      const value = accepted(() => kind.parse(words));
      if (value === undefined) return;
      count++;
      expect(parseAll(kind, kind.print(value))).toEqual(value);
    });
    fc.assert(property, { numRuns: 2_000 });
    expect(count).toBeGreaterThan(5);
  });

  it('refuses with a wrong value and nothing else, whatever is written', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => void accepted(() => kind.fromJson(json))));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (words) => void accepted(() => kind.parse(words))));
  });

  it('has a schema that lets through what a configuration file may hold', () => {
    const { type, pattern, enum: choices } = kind.schema;
    if (type !== 'string') return;
    const property = fc.property(written, (words) => {
      if (accepted(() => kind.fromJson(words)) === undefined) return;
      expect(words).toMatch(new RegExp(pattern ?? '', 'u'));
      expect(choices?.includes(words)).not.toBe(false);
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});

describe('a count, a duration and a size', () => {
  it.each<[Kind<number>, string, number]>([
    [duration, '1h30m', 5_400_000],
    [duration, '90s', 90_000],
    [memory, '64', 64 * 1024 ** 2],
    [memory, '64MB', 64 * 1024 ** 2],
    [memory, '64m', 64 * 1024 ** 2],
    [memory, '1GiB', 1024 ** 3],
    [memory, '512b', 512],
    [count({ min: 1, max: 9 }), '9', 9],
  ])('%# reads %j', (kind, words, value) => {
    expect(kind.parse(words)).toBe(value);
  });

  it('is printed in its largest units', () => {
    expect(duration.print(5_400_000)).toEqual(['1h30m']);
    expect(duration.print(10_500)).toEqual(['10s500ms']);
    expect(memory.print(32 * 1024 ** 2)).toEqual(['32MB']);
    expect(memory.print(1000)).toEqual(['1000B']);
  });

  it('says its limits', () => {
    expect(() => size({ unit: 'MB', min: 1024 ** 2, max: 1024 ** 3 }).parse('2GB')).toThrow('from 1MB to 1GB');
    expect(() => duration.parse('999h')).toThrow('the longest is 24 days');
  });
});

describe('ports', () => {
  it('are a port of this machine and one of the container, or one number for both', () => {
    expect(ports.parse('3000:8080')).toEqual([{ host: 3000, container: 8080, asked: true }]);
    expect(ports.fromJson([9090])).toEqual([{ host: 9090, container: 9090, asked: true }]);
  });

  it('can give two ports of this machine to one of the container, but not the other way round', () => {
    expect(ports.fromJson(['3000:8080', '3001:8080'])).toHaveLength(2);
    expect(() => ports.fromJson(['3000:8080', '3000:9090'])).toThrow('port 3000 of this machine is given twice');
  });

  it('are exactly those that there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), (port) => {
        const isPort = port > 0 && port < 65_536;
        expect(accepted(() => ports.parse(`80:${port}`)) !== undefined).toBe(isPort);
        expect(accepted(() => ports.fromJson([port])) !== undefined).toBe(isPort);
      }),
    );
  });
});

describe('variables', () => {
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
  ])('of %j are %j', (words, strings) => {
    expect(variables.print(variables.parse(words))).toEqual(strings);
  });

  it('lose no character, however they are split', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('A', 'b', '=', ',', ' ', '1') }), (rest) => {
        expect(variables.print(variables.parse(`X=${rest}`)).join(',')).toBe(`X=${rest}`);
      }),
    );
  });

  it('are taken from a configuration file as they are', () => {
    expect(variables.fromJson({ A: 'x, B=2' })).toEqual([{ name: 'A', value: 'x, B=2' }]);
  });
});

describe('an error', () => {
  const message = (kind: Kind<unknown>, words: string): string => {
    try {
      kind.parse(words);
    } catch (thrown) {
      return invalid('--x', words, kind, thrown);
    }
    throw new Error(`${words} was accepted`);
  };

  it('names option, value and what is expected', () => {
    expect(message(duration, 'soon')).toBe('Invalid value "soon" for --x: expected a duration such as 50ms');
    expect(message(imageReference, 'a b')).toBe(
      'Invalid value "a b" for --x: expected an image reference such as nodejs-20:latest (it has a space in it)',
    );
  });

  it('shows no secret', () => {
    expect(message(webUrl, 'ftp://me:hunter2@h/')).toContain('"ftp://me:***@h/"');
    expect(message(webUrl, 'me:hunter2@h')).toContain('"me:***@h"');
    expect(message(variables, '=hunter2')).toBe('Invalid value "=…" for --x: expected NAME=VALUE');
  });

  it('is one short line of text, whatever was written', () => {
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), (words) => {
      if (accepted(() => kinds['count']?.parse(words)) !== undefined) return;
      const line = message(count({ min: 1, max: 999 }), words);
      // biome and people: no control character at all.
      expect(line).toMatch(/^[^\x00-\x1f\x7f-\x9f]*$/);
      expect(line.length).toBeLessThan(200);
    });
    fc.assert(property, { numRuns: 500 });
  });
});
