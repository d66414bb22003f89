import { expect, it } from 'vitest';
import { readChallenge } from '../../../source/build/sbom/challenge.ts';

const secure = new URL('https://registry.example');

it('of a token server says where and for whom', () => {
  const header = 'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a:pull"';
  expect(readChallenge(header, secure)).toEqual({
    scheme: 'bearer',
    realm: new URL('https://auth.example/token'),
    service: 'registry.example',
  });
});

it('that offers both is answered with a token', () => {
  expect(readChallenge('Basic realm="x", Bearer realm="https://a.example/t"', secure)).toMatchObject({
    scheme: 'bearer',
  });
});

it('of a password may have any realm', () => {
  expect(readChallenge('basic realm="Bearer of, news"', secure)).toEqual({ scheme: 'basic' });
});

it.each([
  ['Bearer realm="http://auth.example/token"', 'https'],
  ['Bearer realm="file:///etc/passwd"', 'https'],
  ['Bearer service="x"', 'where'],
  ['Negotiate', 'neither'],
  ['', 'neither'],
])('that is unsafe or unknown gets no answer: %s', (header, why) => {
  expect(() => readChallenge(header, secure)).toThrow(why);
});

it('is read at once, whatever a registry writes', () => {
  expect(() => readChallenge(`Bearer ${'a'.repeat(2_000_000)}`, secure)).toThrow('where');
});

it('of a registry without TLS may send to a token server without TLS', () => {
  const challenge = readChallenge('Bearer realm=http://127.0.0.1/token', new URL('http://127.0.0.1:5000'));
  expect(challenge).toMatchObject({ realm: new URL('http://127.0.0.1/token') });
});
