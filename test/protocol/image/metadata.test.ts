import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImageMetadata } from '../../../source/protocol/image/metadata.ts';
import { caught } from '../../support/caught.ts';

describe('parseImageMetadata', () => {
  it('reads the labels', () => {
    expect(parseImageMetadata('{"labels":[{"a":"1"},{"b":"2","c":""},{}]}')).toEqual({ a: '1', b: '2', c: '' });
  });

  it('takes the last value of a name that comes twice', () => {
    expect(parseImageMetadata('{"labels":[{"a":"1"},{"a":"2"}]}')).toEqual({ a: '2' });
  });

  it('ignores other keys, and absent labels', () => {
    expect(parseImageMetadata('{"other":[1]}')).toEqual({});
    expect(parseImageMetadata('\uFEFF{"labels":[]}')).toEqual({});
  });

  it('takes even __proto__ as a name', () => {
    expect(Object.entries(parseImageMetadata('{"labels":[{"__proto__":"x"}]}'))).toEqual([['__proto__', 'x']]);
  });

  it.each([
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    ['{"labels":[', 'it is not JSON'],
    ['[]', 'the file must be an object, not a list'],
    ['null', 'the file must be an object, not null'],
    ['{"labels":{"a":"b"}}', '"labels" must be a list, not an object'],
    ['{"labels":null}', '"labels" must be a list, not null'],
    ['{"labels":[{"a":"1"},"b"]}', 'labels[1] must be an object, not a string'],
    ['{"labels":[{"a":"1"},{"b":2}]}', 'labels[1] has a number for "b"'],
    ['{"labels":[{"b":["x"]}]}', 'labels[0] has a list for "b"'],
    ['{"labels":[{"b":null}]}', 'labels[0] has null for "b"'],
    ['{"labels":[{"":"x"}]}', 'labels[0] has a label without a name'],
  ])('says what is wrong with %j', (text, why) => {
    const error = caught(() => parseImageMetadata(text));
    expect(error.code).toBe('labels');
    expect(error.message).toContain('/tmp/.s2i/image_metadata.json');
    expect(error.message).toContain(why);
  });

  it('gives labels or an error that can be explained, for any JSON', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())),
    );
    fc.assert(
      fc.property(fc.oneof(fc.array(value), value), (labels) => {
        try {
          for (const label of Object.values(parseImageMetadata(JSON.stringify({ labels }))))
            expect(label).toBeTypeOf('string');
        } catch (error) {
          expect(error).toMatchObject({ code: 'labels' });
        }
      }),
    );
  });
});
