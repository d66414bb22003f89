import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { basename } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { download } from '../../source/origin/download.ts';
import { plainHttp } from '../support/http-client.ts';
import { temporaryFolder } from '../support/tree.ts';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const fetched = (url: string, signal?: AbortSignal) =>
  download(url, { http: plainHttp, workDir: temporaryFolder(), signal });

describe('download', () => {
  it('writes what the server sends to a file named as in the URL', async () => {
    const host = await serve((_, response) => response.end('content'));
    const path = await fetched(`http://${host}/a/app-1.2.tar.gz?x=../y`);
    expect([basename(path), readFileSync(path, 'utf8')]).toEqual(['app-1.2.tar.gz', 'content']);
  });

  it('makes up a name where the URL has none that is plain', async () => {
    const host = await serve((_, response) => response.end());
    for (const name of ['', '%2e%2e%2fevil.zip', '..%5C'])
      expect(basename(await fetched(`http://${host}/${name}`))).toBe('download');
  });

  it('follows redirects, but not for ever', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/end') response.end('there');
      else response.writeHead(302, { location: request.url === '/start' ? '/end' : '/circle' }).end();
    });
    expect(readFileSync(await fetched(`http://${host}/start`), 'utf8')).toBe('there');
    await expect(fetched(`http://${host}/circle`)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('redirect'),
    });
  });

  it('sends the name and password of the URL', async () => {
    const host = await serve((request, response) => response.end(request.headers.authorization));
    const login = Buffer.from('ada:p@ss').toString('base64');
    expect(readFileSync(await fetched(`http://ada:p%40ss@${host}/a.zip`), 'utf8')).toBe(`Basic ${login}`);
  });

  it('names the URL, without its password, and the status', async () => {
    const host = await serve((request, response) => response.writeHead(request.url === '/403' ? 403 : 404).end());
    const failing = fetched(`http://ada:secret@${host}/a.zip`);
    await expect(failing).rejects.toMatchObject({
      code: 'source',
      message: `http://ada:***@${host}/a.zip answered 404 Not Found`,
    });
    await expect(fetched(`http://${host}/403`)).rejects.toMatchObject({ hint: expect.stringContaining('password') });
  });

  it('says why when there is no answer', async () => {
    const host = await serve((request) => request.socket.destroy());
    await expect(fetched(`http://${host}/a.zip`)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringMatching(/can't be downloaded: .*(other side|reset)/i),
    });
    await expect(fetched('http://127.0.0.1:1/a.zip')).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining("can't be downloaded"),
    });
  });

  it('fails when the answer breaks off', async () => {
    const host = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half', () => request.socket.destroy());
    });
    await expect(fetched(`http://${host}/a.zip`)).rejects.toMatchObject({ code: 'source' });
  });

  it('stops when told to, also in the middle', async () => {
    const stop = new AbortController();
    const host = await serve((_, response) => response.write('begin', () => stop.abort(new Error('enough'))));
    await expect(fetched(`http://${host}/a.zip`, stop.signal)).rejects.toThrow('enough');
  });
});
