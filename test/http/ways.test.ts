import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createHttpClient } from '../../source/http/create.ts';
import { serveHttps } from '../support/certificates.ts';
import { startForwardProxy } from '../support/forward-proxy.ts';
import { refusingUrl, serveHttp, serveRaw } from '../support/http-server.ts';
import { tempFolder } from '../support/temp.ts';

const fetched = (url: string, env: Record<string, string>) =>
  createHttpClient(env).request(url, { maxBytes: 1000, timeout: 20_000 }, async (answer) => text(answer.body()));

describe('a proxy', () => {
  it.each(['http_proxy', 'HTTP_PROXY'])(
    'of %s is asked for plain HTTP, with its own password and the server’s',
    async (name) => {
      const url = await serveHttp(
        (request, response) => void response.end(`${request.url} ${request.headers.authorization}`),
      );
      const proxy = await startForwardProxy();
      const env = { [name]: proxy.url.replace('//', '//me:pr%40xy@') };
      const answer = await fetched(`${url.replace('//', '//ada:secret@')}/a?b=1`, env);
      expect(answer).toBe(`/a?b=1 Basic ${Buffer.from('ada:secret').toString('base64')}`);
      expect(proxy.requests).toEqual([`GET ${url}/a?b=1`]);
      expect(proxy.logins).toEqual([`Basic ${Buffer.from('me:pr@xy').toString('base64')}`]);
    },
  );

  it.each(['https_proxy', 'HTTPS_PROXY'])('of %s opens a tunnel for HTTPS', async (name) => {
    const { url, authority } = await serveHttps((_, response) => void response.end('there'));
    const proxy = await startForwardProxy();
    const env = { [name]: proxy.url.replace('//', '//me@'), SSL_CERT_FILE: authority };
    expect(await fetched(url, env)).toBe('there');
    expect(proxy.requests).toEqual([`CONNECT ${new URL(url).host}`]);
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('me:').toString('base64')}`]);
  });

  it('is passed by for what no_proxy names', async () => {
    const url = await serveHttp((_, response) => void response.end('there'));
    const dead = await refusingUrl();
    expect(await fetched(url, { http_proxy: dead, no_proxy: '127.0.0.0/8' })).toBe('there');
    await expect(fetched(url, { http_proxy: dead, no_proxy: '10.0.0.0/8' })).rejects.toThrow('ECONNREFUSED');
  });

  it('is chosen anew after a redirect', async () => {
    const end = await serveHttp((_, response) => void response.end('there'));
    const location = end.replace('127.0.0.1', 'localhost');
    const url = await serveHttp((_, response) => void response.writeHead(302, { location }).end());
    const proxy = await startForwardProxy();
    expect(await fetched(url, { http_proxy: proxy.url, no_proxy: 'localhost' })).toBe('there');
    expect(proxy.requests).toEqual([`GET ${url}/`]);
  });

  it('that wants a login says so', async () => {
    const asking = await serveHttp((_, response) => void response.writeHead(407).end());
    await expect(fetched('http://127.0.0.1:1/', { http_proxy: asking })).rejects.toThrow('407');
    const tunnels = await serveRaw((socket) => void socket.write('HTTP/1.1 407 No\r\n\r\n'));
    await expect(fetched('https://127.0.0.1:1/', { https_proxy: tunnels.url })).rejects.toThrow('407');
  });

  it.each(['http', 'https'])('that hangs up is asked once, and that is the end: %s', async (scheme) => {
    let asked = 0;
    const { url } = await serveRaw((socket) => {
      asked++;
      socket.destroy();
    });
    await expect(fetched(`${scheme}://127.0.0.1:1/`, { [`${scheme}_proxy`]: url })).rejects.toThrow();
    expect(asked).toBe(1);
  });
});

describe('a certificate', () => {
  it('that nobody trusts is refused', async () => {
    const { url } = await serveHttps((_, response) => void response.end('there'));
    await expect(fetched(url, {})).rejects.toThrow(/certificate/);
  });

  it.each(['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])(
    'is trusted when %s names its authority, among several',
    async (name) => {
      const { url, authority } = await serveHttps((_, response) => void response.end('there'));
      const several = join(tempFolder(), 'several.pem');
      writeFileSync(
        several,
        `# ours\n${rootCertificates[0]}\n${readFileSync(authority, 'utf8')}\n${rootCertificates[1]}`,
      );
      for (const file of [authority, several]) expect(await fetched(url, { [name]: file })).toBe('there');
    },
  );

  it('is trusted by both variables at once', async () => {
    const [one, other] = [
      await serveHttps((_, response) => void response.end('one')),
      await serveHttps((_, response) => void response.end('other')),
    ];
    const env = { SSL_CERT_FILE: one.authority, NODE_EXTRA_CA_CERTS: other.authority };
    expect([await fetched(one.url, env), await fetched(other.url, env)]).toEqual(['one', 'other']);
  });

  it('file that can not be read is named', async () => {
    const { url } = await serveHttps((_, response) => void response.end('there'));
    await expect(fetched(url, { SSL_CERT_FILE: '/no/such.pem' })).rejects.toThrow(/SSL_CERT_FILE .*\/no\/such\.pem/);
  });
});
