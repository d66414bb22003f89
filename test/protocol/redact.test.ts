import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordsIn, redactEnv, redactText, redactUrl } from '../../source/protocol/redact.ts';

describe('redactUrl', () => {
  it.each([
    ['https://me:hunter2@h/r.git#main', 'https://me:***@h/r.git#main'],
    ['https://me:p@ss:w@h:8443/r', 'https://me:***@h:8443/r'],
    ['https://me:sl/a?s#h@h/r', 'https://me:***@h/r'],
    ['https://:hunter2@h', 'https://:***@h'],
    ['https://ghp_0123456789abcdefghij@h/r', 'https://***@h/r'],
    ['https://token:x-oauth-basic@h/r', 'https://***:***@h/r'],
    ['me:hunter2@proxy:3128', 'me:***@proxy:3128'],
    ['https://h/p?access_token=abc&page=2', 'https://h/p?access_token=***&page=2'],
  ])('hides the secret of %j', (text, shown) => {
    expect(redactUrl(text)).toBe(shown);
  });

  it.each([
    'https://h:8443/p/@scope/x?page=2',
    'https://me@h/r.git',
    'git@github.com:me/r.git',
    'ssh://git@h:22/r',
    'http://[::1]:80/@x',
    '/home/me/a:b@c',
    '../app',
    'file:///a/b',
  ])('leaves %j as it is', (text) => {
    expect(redactUrl(text)).toBe(text);
  });
});

describe('redactText', () => {
  it('finds every URL in a text, quoted or not', () => {
    const text = `clone 'https://a:one@h/x' or "http://b:two@h" <ftp://c:three@h?key=four> done: me@mail`;
    expect(redactText(text)).toBe(
      `clone 'https://a:***@h/x' or "http://b:***@h" <ftp://c:***@h?key=***> done: me@mail`,
    );
  });

  it('leaves JSON and text without URLs alone', () => {
    const text = '{"url":"http://h:80","mail":"me@h"}\na: b@c, key=value';
    expect(redactText(text)).toBe(text);
  });

  it('lets no password through, wherever the URL stands', () => {
    const password = fc.stringMatching(/^[A-Z][\w!$&()*+,;=:@%.~-]{3,20}$/);
    const around = fc.string({ unit: fc.constantFrom('a', ' ', '/', ':', '@', '?', '\n', '://', "'") });
    fc.assert(
      fc.property(password, around, around, (secret, before, after) => {
        const shown = redactText(`${before} https://user:${secret}@host.example/${after}`);
        expect(shown).not.toContain(`:${secret}`);
        expect(redactText(shown)).toBe(shown);
      }),
    );
  });

  it('reads megabytes that look like URLs', () => {
    const size = 1_000_000;
    for (const unit of ['a', '://', '://a:b/', '@', ':', '://a:1', '?a&', '://x?a=b&']) {
      expect(redactText(unit.repeat(size / unit.length)).length).toBeGreaterThan(size / 2);
    }
  });
});

describe('redactEnv', () => {
  it.each([
    'SECRET',
    'npm_token',
    'DB_PASSWORD',
    'MYSQL_PASSWD',
    'apiKey',
    'AWS_CREDENTIALS',
    'DB_PASS',
    'PGPASSWORD',
    'DB_PWD',
  ])('hides the value of %s', (name) => {
    expect(redactEnv(name, 'hunter2')).toBe('***');
  });

  it.each(['PWD', 'COMPASS', 'NODE_ENV', 'PASSENGER', 'no_proxy'])('shows the value of %s', (name) => {
    expect(redactEnv(name, 'value')).toBe('value');
  });

  it('hides a proxy only when it has credentials', () => {
    expect(redactEnv('HTTPS_PROXY', 'http://me:hunter2@p:3128')).toBe('***');
    expect(redactEnv('http_proxy', 'me:hunter2@p:3128')).toBe('***');
    expect(redactEnv('http_proxy', 'http://p:3128')).toBe('http://p:3128');
  });

  it('hides the password of a URL in any other variable', () => {
    expect(redactEnv('DATABASE_URL', 'postgres://me:hunter2@h/db')).toBe('postgres://me:***@h/db');
  });
});

describe('passwordsIn', () => {
  it('finds them as they are written and as they are meant', () => {
    expect(passwordsIn('postgres://me:p%40ss@h/db')).toEqual(['p%40ss', 'p@ss']);
    expect(passwordsIn('me:hunter2@proxy:3128')).toEqual(['hunter2', 'hunter2']);
  });

  it('takes no port and no path for one', () => {
    for (const url of ['http://h:8080/p/@scope/x', 'git@github.com:me/r.git', 'ssh://git@h:22/r', 'https://me@h']) {
      expect(passwordsIn(url)).toEqual([]);
    }
  });
});
