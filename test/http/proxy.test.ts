import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../source/http/proxy.ts';

const chosen = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.href;

describe('the proxy for a URL', () => {
  it.each([
    ['http://a.example/', { http_proxy: 'http://small:1' }, 'http://small:1/'],
    ['http://a.example/', { HTTP_PROXY: 'http://capital:1' }, 'http://capital:1/'],
    ['http://a.example/', { http_proxy: 'http://small:1', HTTP_PROXY: 'http://capital:1' }, 'http://small:1/'],
    ['https://a.example/', { https_proxy: 'http://small:1' }, 'http://small:1/'],
    ['https://a.example/', { HTTPS_PROXY: 'https://capital:1' }, 'https://capital:1/'],
    ['http://a.example/', { http_proxy: 'bare:3128' }, 'http://bare:3128/'],
    ['http://a.example/', { http_proxy: ' http://spaced:1 ' }, 'http://spaced:1/'],
    ['http://a.example/', { https_proxy: 'http://other:1' }, undefined],
    ['https://a.example/', { http_proxy: 'http://other:1' }, undefined],
    ['http://a.example/', { http_proxy: '', HTTP_PROXY: '' }, undefined],
  ])('of %s with %o is %s', (url, env, proxy) => {
    expect(chosen(url, env)).toBe(proxy);
  });

  it.each(['socks5://a:1', 'http://', 'http://a:99999', 'a b'])('can not be %s', (http_proxy) => {
    expect(() => proxyFor(new URL('http://a.example/'), { http_proxy })).toThrow('http_proxy');
  });
});

describe('no_proxy', () => {
  const isExempt = (url: string, no_proxy: string) =>
    chosen(url, { http_proxy: 'http://p:1', https_proxy: 'http://p:1', no_proxy }) === undefined;

  it.each([
    ['http://a.example/', 'a.example'],
    ['http://sub.a.example/', 'a.example'],
    ['http://sub.a.example/', '.a.example'],
    ['http://sub.a.example/', '*.a.example'],
    ['http://A.Example/', 'a.EXAMPLE'],
    ['http://a.example./', 'a.example'],
    ['http://a.example/', 'x, a.example'],
    ['http://a.example/', 'x a.example'],
    ['http://a.example/', '*'],
    ['http://a.example/', 'x,*'],
    ['http://a.example/', 'a.example:80'],
    ['https://a.example/', 'a.example:443'],
    ['http://a.example:81/', 'a.example:81'],
    ['http://127.0.0.1:5000/', '127.0.0.1'],
    ['http://10.1.2.3/', '10.0.0.0/8'],
    ['http://[::1]/', '::1'],
    ['http://[::1]/', '[::1]'],
    ['http://[::1]:5000/', '[::1]:5000'],
    ['http://[fd00::7]/', 'fd00::/8'],
    ['http://localhost/', 'localhost,127.0.0.1'],
  ])('exempts %s with %s', (url, list) => {
    expect(isExempt(url, list)).toBe(true);
  });

  it.each([
    ['http://a.example/', ''],
    ['http://nota.example/', 'a.example'],
    ['http://a.example.org/', 'a.example'],
    ['http://a.example/', 'a.example:81'],
    ['http://11.1.2.3/', '10.0.0.0/8'],
    ['http://10.1.2.3/', '10.0.0.0/33'],
    ['http://[::2]/', '::1'],
    ['http://127.0.0.1/', '127.0.0.10'],
    ['http://a.example/', '.'],
  ])('does not exempt %s with %s', (url, list) => {
    expect(isExempt(url, list)).toBe(false);
  });

  it('is read in capital letters, too', () => {
    expect(chosen('http://a.example/', { http_proxy: 'http://p:1', NO_PROXY: 'a.example' })).toBeUndefined();
  });

  it('may hold anything', () => {
    fc.assert(
      fc.property(fc.string(), (no_proxy) => {
        expect([undefined, 'http://p:1/']).toContain(
          chosen('http://a.example/', { http_proxy: 'http://p:1', no_proxy }),
        );
      }),
    );
  });

  it('exempts an address that it names, however that is written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), fc.ipV4Extended()), (address) => {
        const url = new URL(address.includes(':') ? `http://[${address}]/` : `http://${address}/`);
        expect(isExempt(url.href, url.hostname.replace(/[[\]]/g, ''))).toBe(true);
      }),
    );
  });
});
