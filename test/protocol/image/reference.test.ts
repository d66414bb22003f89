import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  familiarName,
  formatReference,
  parseImageReference,
  parseOutputReference,
  WrongReference,
  withDefaultTag,
} from '../../../source/protocol/image/reference.ts';

const hex = 'a1'.repeat(32);

describe('parseImageReference', () => {
  it.each([
    ['app', { repository: 'app' }],
    ['me/app:1.0', { repository: 'me/app', tag: '1.0' }],
    ['app:UPPER_case-1.', { repository: 'app', tag: 'UPPER_case-1.' }],
    ['a/b/c__d-e---f.g_h', { repository: 'a/b/c__d-e---f.g_h' }],
    ['localhost/app', { domain: 'localhost', repository: 'app' }],
    ['localhost:5000', { repository: 'localhost', tag: '5000' }],
    ['host:5000/app', { domain: 'host:5000', repository: 'app' }],
    ['host:5000/app:1', { domain: 'host:5000', repository: 'app', tag: '1' }],
    ['Reg.Example.com/app', { domain: 'Reg.Example.com', repository: 'app' }],
    ['[::1]:5000/app', { domain: '[::1]:5000', repository: 'app' }],
    [`app@sha256:${hex}`, { repository: 'app', digest: `sha256:${hex}` }],
    [`q.io/app:1@sha256:${hex}`, { domain: 'q.io', repository: 'app', tag: '1', digest: `sha256:${hex}` }],
    [`sha256:${hex}`, { repository: 'sha256', tag: hex }],
    [`app:${'t'.repeat(128)}`, { repository: 'app', tag: 't'.repeat(128) }],
    ['n'.repeat(255), { repository: 'n'.repeat(255) }],
  ])('reads %j', (text, reference) => {
    expect(parseImageReference(text)).toEqual(reference);
  });

  it.each([
    ['', 'it is empty'],
    ['my app', 'it has a space in it'],
    ['http://h/app', 'it is a URL'],
    ['App', '"App" must be in lower case'],
    ['host/App:1', '"App" must be in lower case'],
    ['me//app', 'a part of its path is empty'],
    ['app/', 'a part of its path is empty'],
    ['/app', 'a part of its path is empty'],
    ['-app', '"-app" may hold only'],
    ['a..b', '"a..b" may hold only'],
    ['a___b', '"a___b" may hold only'],
    ['app_', '"app_" may hold only'],
    ['-h.io/app', '"-h.io" is not a registry host'],
    ['h:port/app', '"h:port" is not a registry host'],
    ['app:', 'there is no tag after ":"'],
    ['app:-1', 'the tag "-1" may hold only'],
    [`app:${'t'.repeat(129)}`, 'the tag is longer than 128 characters'],
    ['app@sha256:abc', '"sha256:abc" is not a digest'],
    ['app@', '"" is not a digest'],
    [`app@sha256:${hex}a`, 'is not a digest'],
    ['a/'.repeat(128), 'a part of its path is empty'],
    [`${'a/'.repeat(128)}b`, 'the name is longer than 255 characters'],
  ])('refuses %j and says why', (text, why) => {
    const refused = () => parseImageReference(text);
    expect(refused).toThrow(WrongReference);
    expect(refused).toThrow(why);
  });

  it('reads back any reference that was written', () => {
    const component = fc
      .stringMatching(/^[a-z0-9]{1,6}(?:(?:_|__|-{1,3})[a-z0-9]{1,6}){0,2}$/)
      .filter((text) => text !== 'localhost');
    const repository = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const domain = fc.oneof(fc.domain(), fc.constantFrom('localhost', 'h:1', '127.0.0.1:5000', '[fe80::1]'));
    const optional = {
      domain,
      tag: fc.stringMatching(/^\w[\w.-]{0,127}$/),
      digest: fc.stringMatching(/^[0-9a-f]{64}$/).map((digits) => `sha256:${digits}`),
    };
    fc.assert(
      fc.property(fc.record({ repository, ...optional }, { requiredKeys: ['repository'] }), (reference) => {
        expect(parseImageReference(formatReference(reference))).toEqual(reference);
      }),
    );
  });

  it('gives back the very text that it accepts, and explains any other', () => {
    const unit = fc.constantFrom('a', 'B', '1', '.', '-', '_', '/', ':', '@', ' ', `sha256:${hex}`);
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        try {
          expect(formatReference(parseImageReference(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(WrongReference);
        }
      }),
    );
  });
});

describe('parseOutputReference', () => {
  it('reads the name of an image that is yet to be built', () => {
    expect(parseOutputReference('q.io/me/app:1')).toEqual({ domain: 'q.io', repository: 'me/app', tag: '1' });
  });

  it('refuses a digest, and what engines take for an id', () => {
    expect(() => parseOutputReference(`app@sha256:${hex}`)).toThrow(WrongReference);
    expect(() => parseOutputReference(hex)).toThrow('the id of an image');
    for (const name of [`a${hex}`, `${hex}a`, `q.io/${hex}`]) {
      expect(formatReference(parseOutputReference(name))).toBe(name);
    }
  });
});

describe('withDefaultTag', () => {
  it('says latest only where neither tag nor digest say which image', () => {
    const tagged = (text: string) => formatReference(withDefaultTag(parseImageReference(text)));
    expect(tagged('h:5/app')).toBe('h:5/app:latest');
    expect(tagged('app:1')).toBe('app:1');
    expect(tagged(`app@sha256:${hex}`)).toBe(`app@sha256:${hex}`);
  });
});

describe('familiarName', () => {
  it.each([
    ['docker.io/library/app:1', 'app:1'],
    ['index.docker.io/library/app', 'app'],
    ['docker.io/me/app', 'me/app'],
    ['docker.io/library/me/app', 'library/me/app'],
    ['localhost/app', 'localhost/app'],
    ['quay.io/library/app', 'quay.io/library/app'],
    ['quay.io/docker.io/app', 'quay.io/docker.io/app'],
    ['app', 'app'],
  ])('writes %j as %j', (name, familiar) => {
    expect(familiarName(name)).toBe(familiar);
  });
});
