import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configKeys, configSchema } from '../../../source/cli/config/keys.ts';
import { parseValues } from '../../../source/cli/config/values.ts';

const problems = (value: unknown) => parseValues(value, '/app').problems;

describe('configSchema', () => {
  it('has the options of build and dev, and image and tag', () => {
    const keys = Object.keys(configSchema().properties ?? {});
    const some = ['image', 'tag', 'env', 'ports', 'scripts', 'contextDir', 'labels', 'rm', 'standbys', 'quietTime'];
    expect(keys).toEqual(expect.arrayContaining(some));
    for (const key of ['help', 'jobs', 'transport', 'schema']) expect(keys).not.toContain(key);
  });
});

describe('parseValues', () => {
  it('takes paths as relative to the folder of the file, in lists too', () => {
    const { values } = parseValues({ metadataFile: 'built.json', output: ['oci:image', 'docker:/tmp/x.tar'] }, '/app');
    expect(values.metadataFile).toBe('/app/built.json');
    expect(values.output?.map(({ path }) => path)).toEqual(['/app/image', '/tmp/x.tar']);
  });

  it('accepts every key with a value of its kind', () => {
    const values = {
      $schema: './schema.json',
      image: 'nodejs-20',
      env: { A: 'x, B=2' },
      ports: ['3000:8080', '53', 8080],
      clean: true,
      standbys: 3,
      logMemory: 64,
      quietTime: '1m30s',
      pullPolicy: 'never',
      allowHost: ['.example.com'],
    };
    expect(problems(values)).toEqual([]);
    expect(parseValues(values, '/app').values).toMatchObject({ quietTime: 90_000, logMemory: 64 * 1024 ** 2 });
  });

  it.each([
    [{ env: { PORT: 8080 } }, 'Invalid value for env.PORT: expected a string'],
    [{ standby: 3 }, 'unknown key standby, did you mean standbys?'],
    [{ nonsense: 3 }, 'unknown key nonsense'],
    [{ 'a\nb': 1 }, 'unknown key "a\\nb"'],
    [{ env: { 'A=B': 'x' } }, 'Invalid value for env."A=B": expected a name such as NODE_ENV'],
    [{ clean: 'yes' }, 'Invalid value "yes" for clean: expected true or false'],
    [{ standbys: 10 }, 'Invalid value "10" for standbys: expected a whole number from 1 to 9'],
    [{ standbys: 1.5 }, 'Invalid value 1.5 for standbys: expected a whole number from 1 to 9'],
    [{ logMemory: 0 }, 'Invalid value "0" for logMemory: expected a size such as 64MB'],
    [{ quietTime: '0s' }, /^Invalid value "0s" for quietTime: expected a duration such as 50ms/],
    [{ quietTime: 5 }, 'Invalid value 5 for quietTime: expected a string'],
    [{ ports: '8080' }, 'Invalid value "8080" for ports: expected an array'],
    [{ ports: [80, '65536:80'] }, 'Invalid value "65536:80" for ports[1]: expected a port such as 3000:8080 or 8080'],
    [{ ports: [70_000] }, 'Invalid value 70000 for ports[0]: expected a port such as 3000:8080 or 8080'],
    [{ ports: [true] }, 'Invalid value true for ports[0]: expected a string'],
    [{ pullPolicy: 'no' }, 'Invalid value "no" for pullPolicy: expected one of always, if-not-present, never'],
    [{ image: '' }, 'Invalid value "" for image: expected a text that is not empty'],
    [{ image: 'A B' }, /^Invalid value "A B" for image: expected an image reference such as nodejs-20:latest \(/],
    [[], 'Invalid value array: expected an object'],
    [null, 'Invalid value null: expected an object'],
  ])('says of %j: %s', (value, problem) => {
    expect(problems(value)).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });

  it('tells a problem of each key', () => {
    expect(problems({ tga: 'x', clean: 1, env: { A: 1, B: 2 } })).toHaveLength(3);
  });

  it('accepts no key that it does not know, whatever it is called, and shows no value', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'));
    fc.assert(
      fc.property(
        key.filter((text) => text !== '$schema' && !configKeys.some((known) => known === text)),
        (text) => {
          const value: unknown = JSON.parse(`{${JSON.stringify(text)}: "hunter2hunter2"}`);
          expect(problems(value)).toEqual([expect.stringContaining('unknown key')]);
          expect(problems(value).join()).not.toContain('hunter2hunter2');
        },
      ),
    );
  });
});
