import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../source/cli/commands.ts';
import { checkValue } from '../../../source/cli/config/check.ts';
import { configSchema } from '../../../source/cli/config/schema.ts';

const schema = configSchema(commands);
const problems = (value: unknown) => checkValue(value, schema).map(({ path, message }) => `${path}: ${message}`);

describe('configSchema', () => {
  it('has the options of build and dev under their long names, and image and tag', () => {
    const keys = Object.keys(schema.properties ?? {});
    for (const key of [
      'image',
      'tag',
      'env',
      'ports',
      'scripts',
      'contextDir',
      'labels',
      'rm',
      'standbys',
      'quietTime',
    ]) {
      expect(keys).toContain(key);
    }
    for (const key of ['help', 'jobs', 'transport', 'schema']) expect(keys).not.toContain(key);
  });
});

describe('checkValue', () => {
  it('accepts what the schema describes', () => {
    expect(
      problems({
        $schema: './schema.json',
        image: 'nodejs-20',
        env: { A: 'x, B=2' },
        ports: ['3000:8080', '53', 8080],
        clean: true,
        standbys: 3,
        quietTime: '1m30s',
        pullPolicy: 'never',
      }),
    ).toEqual([]);
  });

  it.each([
    [{ env: { PORT: 8080 } }, 'env.PORT: must be a string'],
    [{ standby: 3 }, 'standby: unknown key, did you mean standbys?'],
    [{ nonsense: 3 }, 'nonsense: unknown key'],
    [{ 'a\nb': 1 }, '"a\\nb": unknown key'],
    [{ env: { 'A=B': 'x' } }, 'env."A=B": the name must be like NODE_ENV'],
    [{ clean: 'yes' }, 'clean: must be true or false'],
    [{ standbys: 10 }, 'standbys: must be from 1 to 9'],
    [{ standbys: 1.5 }, 'standbys: must be a whole number'],
    [{ quietTime: '0s' }, 'quietTime: must be like 500ms or 90s'],
    [{ ports: '8080' }, 'ports: must be an array'],
    [{ ports: [80, '65536:80'] }, 'ports[1]: must be like 3000:8080 or 8080'],
    [{ ports: [70_000] }, 'ports[0]: must be from 1 to 65535'],
    [{ ports: [true] }, 'ports[0]: must be a string or a whole number'],
    [{ pullPolicy: 'sometimes' }, 'pullPolicy: must be one of always, if-not-present, never'],
    [{ image: '' }, 'image: must not be empty'],
    [[], ': must be an object'],
    [null, ': must be an object'],
  ])('says of %j: %s', (value, problem) => {
    expect(problems(value)).toEqual([problem]);
  });

  it('tells every problem', () => {
    expect(problems({ tga: 'x', clean: 1, env: { A: 1, B: 2 } })).toHaveLength(4);
  });

  it('accepts no key that it does not know, whatever it is called, and shows no value', () => {
    const known = Object.keys(schema.properties ?? {});
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'));
    fc.assert(
      fc.property(
        key.filter((text) => !known.includes(text)),
        (text) => {
          const value: unknown = JSON.parse(`{${JSON.stringify(text)}: "hunter2hunter2"}`);
          expect(problems(value)).toEqual([expect.stringContaining('unknown key')]);
          expect(problems(value).join()).not.toContain('hunter2hunter2');
        },
      ),
    );
  });

  it('accepts exactly the ports that there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), (port) => {
        const isPort = port > 0 && port < 65_536;
        expect(problems({ ports: [`${port}`] }).length === 0).toBe(isPort);
        expect(problems({ ports: [`80:${port}`] }).length === 0).toBe(isPort);
      }),
    );
  });
});
