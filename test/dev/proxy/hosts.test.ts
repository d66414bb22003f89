import { describe, expect, it } from 'vitest';
import { allowHosts } from '../../../source/dev/proxy/hosts.ts';
import { openProxy, RawClient, startApp } from '../../support/proxy.ts';

const isAllowed = allowHosts(['127.0.0.1', 'My-Box', 'dev.example.com', '.shop.test']);

describe('a host', () => {
  it.each([
    ...['localhost', 'LOCALHOST:8080', 'localhost.', 'shop.localhost:1', '127.0.0.1:80', '192.168.1.5', '[::1]:8080'],
    ...['[fe80::1]', 'my-box', 'my-box:8080', 'dev.example.com', 'shop.test', 'a.b.shop.test:8080'],
  ])('is one of this machine: %s', (host) => {
    expect(isAllowed(host)).toBe(true);
  });

  it.each([
    ...['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', 'localhost.evil.example', 'evillocalhost'],
    ...[
      'x.dev.example.com',
      'notshop.test',
      'localhost@evil.example',
      '[evil]',
      '[::1',
      '',
      '999.1.1.1',
      'localhost:80:80',
    ],
  ])('is none of this machine: %j', (host) => {
    expect(isAllowed(host)).toBe(false);
  });
});

describe('a request to a host that is none of this machine', () => {
  async function askedWith(...heads: string[]) {
    const urls: string[] = [];
    const app = await startApp('app', (asked, answer) => {
      urls.push(asked.url ?? '');
      answer.end('secret');
    });
    const proxy = await openProxy({ isAllowedHost: isAllowed });
    proxy.switchTo(app.upstream);
    const client = await RawClient.to(proxy.port);
    for (const head of heads) {
      client.send(head);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { answer: await client.ended(), urls };
  }

  it.each<[string, string[]]>([
    ['whole', ['GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n']],
    ['in pieces', ['GE', 'T / HTTP/1.1\r\nHo', 'st: evil.exa', 'mple\r\n', '\r\n']],
    ['with two hosts', ['GET / HTTP/1.1\r\nHost: localhost\r\nhost:evil.example\r\n\r\n']],
    ['of a method that nobody knows', ['X_Y! / HTTP/1.1\r\nHost: evil.example\r\n\r\n']],
    ['with a line that is none', ['GET / HTTP/1.1\r\nHost: evil.example\r\nno field\r\n\r\n']],
    ['with bare newlines', ['GET / HTTP/1.1\nHost: evil.example\n\n']],
    ['with a body', ['POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 3\r\n\r\nabc']],
    [
      'that asks for a websocket',
      ['GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ],
  ])('is answered with 403 and words, and not passed on: %s', async (_name, heads) => {
    const { answer, urls } = await askedWith(...heads);
    expect(answer).toMatch(/^HTTP\/1.1 403 Forbidden\r\n/);
    expect(answer).toContain('"evil.example"');
    expect(answer).toContain('--allow-host');
    expect(urls).toEqual([]);
  });

  it('is not answered after one to a host that is', async () => {
    const good = 'GET /good HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const { answer, urls } = await askedWith(`${good}GET /evil HTTP/1.1\r\nHost: evil.example\r\n\r\n`);
    expect(answer).toMatch(/secret[\s\S]*HTTP\/1.1 403 /);
    expect(urls).toEqual(['/good']);
  });

  it('is not answered when its head is too long to see the host', async () => {
    const { answer, urls } = await askedWith(`GET /${'x'.repeat(70_000)} HTTP/1.1\r\nHost: evil.example\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(urls).toEqual([]);
  });
});
