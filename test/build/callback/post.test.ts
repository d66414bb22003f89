import { describe, expect, it } from 'vitest';
import { postCallback } from '../../../source/build/callback/post.ts';
import { createHttpClient } from '../../../source/http/create.ts';
import { startForwardProxy } from '../../support/forward-proxy.ts';
import { serveHttp } from '../../support/http-server.ts';

interface Post {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly length: string | undefined;
  readonly text: string;
}

/** Keeps what it is sent; answers with these statuses, then with 200. A redirect leads to `location`. */
async function receiver(statuses: number[], location = '/moved'): Promise<{ url: string; posts: Post[] }> {
  const posts: Post[] = [];
  const url = await serveHttp(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const { method, url: path, headers } = request;
    posts.push({ method, path, authorization: headers.authorization, length: headers['content-length'], text });
    response.writeHead(statuses.shift() ?? 200, { location }).end();
  });
  return { url: `${url}/done`, posts };
}

const http = createHttpClient({});
const post = (url: string, text = 'body', signal = new AbortController().signal) =>
  postCallback(url, Buffer.from(text), { http, signal });
const textsOf = (posts: Post[]) => posts.map(({ method, text }) => `${method} ${text}`);

describe('postCallback', () => {
  it('posts once when the server takes it', async () => {
    const { url, posts } = await receiver([204]);
    expect(await post(url, 'ä')).toBeUndefined();
    expect(posts).toEqual([{ method: 'POST', path: '/done', authorization: undefined, length: '2', text: 'ä' }]);
  });

  it('retries three times after a 5xx, with the whole body each time', async () => {
    const { url, posts } = await receiver([500, 503, 502, 200]);
    expect(await post(url)).toBeUndefined();
    expect(textsOf(posts)).toEqual(['POST body', 'POST body', 'POST body', 'POST body']);
  });

  it('gives up after the third retry, and warns', async () => {
    const { url, posts } = await receiver([500, 500, 500, 503, 200]);
    expect(await post(url)).toContain('503 Service Unavailable');
    expect(posts).toHaveLength(4);
  });

  it('retries when the connection breaks', async () => {
    let broken = 0;
    const url = await serveHttp((request, response) => {
      if (broken++ < 2) request.socket.destroy();
      else response.end();
    });
    expect(await post(url)).toBeUndefined();
    expect(broken).toBe(3);
  });

  it('does not retry a 4xx, and warns', async () => {
    const { url, posts } = await receiver([404]);
    expect(await post(url)).toContain('404');
    expect(posts).toHaveLength(1);
  });

  it('warns of what is no URL', async () => {
    expect(await post('done', 'body', AbortSignal.abort())).toContain('no http or https URL');
  });

  it.each([307, 308])(
    'is posted whole to where a %i leads, without the password that another origin has',
    async (status) => {
      const moved = await receiver([]);
      const { url, posts } = await receiver([status], moved.url);
      expect(await post(url.replace('//', '//ada:secret@'))).toBeUndefined();
      expect(textsOf([...posts, ...moved.posts])).toEqual(['POST body', 'POST body']);
      expect(moved.posts[0]?.authorization).toBeUndefined();
    },
  );

  it.each([301, 302, 303])('is never made a GET by a %i: that is a warning', async (status) => {
    const { url, posts } = await receiver([status]);
    expect(await post(url)).toMatch(/answered 30. .*; name the URL that it redirects to/);
    expect(textsOf(posts)).toEqual(['POST body']);
  });

  it('goes through the proxy of the environment', async () => {
    const { url, posts } = await receiver([]);
    const proxy = await startForwardProxy();
    const through = createHttpClient({ http_proxy: proxy.url });
    const { signal } = new AbortController();
    expect(await postCallback(url, Buffer.from('body'), { http: through, signal })).toBeUndefined();
    expect(textsOf(posts)).toEqual(['POST body']);
    expect(proxy.requests).toEqual([`POST ${url}`]);
  });
});

describe('the callback of a cancelled build', () => {
  it('is sent once', async () => {
    const { url, posts } = await receiver([500, 200]);
    expect(await post(url, 'body', AbortSignal.abort())).toContain('500');
    expect(posts).toHaveLength(1);
  });

  it('is given up when the server does not answer', async () => {
    const url = await serveHttp((request) => void request.resume());
    expect(await post(url, 'body', AbortSignal.abort())).toContain('no time is left');
  });

  it('is not retried once the build is cancelled', async () => {
    const stop = new AbortController();
    const statuses = [500, 200];
    const url = await serveHttp((_, response) => {
      response.on('close', () => stop.abort());
      response.writeHead(statuses.shift() ?? 200).end();
    });
    expect(await post(url, 'body', stop.signal)).toContain('500');
    expect(statuses).toEqual([200]);
  });
});
