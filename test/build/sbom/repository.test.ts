import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { openRepository, type RepositoryAccess } from '../../../source/build/sbom/repository.ts';
import { parseImageReference } from '../../../source/protocol/image/reference.ts';
import { plainHttp } from '../../support/http-client.ts';
import { serveHttp } from '../../support/http-server.ts';

type Login = RepositoryAccess['login'];
const password: Login = { serveraddress: 'x', username: 'me', password: 'letmein' };
const basic = `Basic ${Buffer.from('me:letmein').toString('base64')}`;

interface Seen {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A registry that wants a token of its own server, and writes down what it is asked. */
async function tokenRegistry(answers: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) {
  const seen: Seen[] = [];
  const note = async (request: IncomingMessage) => {
    const line = `${request.method} ${request.url}`;
    seen.push({ line, authorization: request.headers.authorization, body: await text(request) });
    return line;
  };
  const realm = await serveHttp(async (request, response) => {
    await note(request);
    response.end('{"token":"the-token"}');
  });
  const url = await serveHttp(async (request, response) => {
    const line = await note(request);
    if (request.headers.authorization !== 'Bearer the-token') {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}/token",service="me"` }).end();
      return;
    }
    response.writeHead(line.startsWith('POST') ? 202 : 201, answers[request.method ?? '']).end();
  });
  return { seen, host: new URL(url).host };
}

const secrets: string[] = [];
const open = (host: string, login: Login) =>
  openRepository(parseImageReference(`${host}/team/app:1`), {
    http: plainHttp,
    login,
    onSecret: (value) => secrets.push(value),
    signal: AbortSignal.timeout(20_000),
  });

it('trades a password for a token that reads and writes there, and hides the token', async () => {
  const { host, seen } = await tokenRegistry({ PUT: { 'oci-subject': 'sha256:1' } });
  const repository = await open(host, password);
  const put = await repository.putManifest('sha256:2', { mediaType: 'a/b', content: Buffer.from('{}') });
  expect(put).toEqual({ isListed: true });
  expect(seen).toMatchObject([
    { line: 'GET /v2/', authorization: undefined },
    {
      line: `GET /token?service=me&scope=${encodeURIComponent('repository:team/app:pull,push')}`,
      authorization: basic,
    },
    { line: 'PUT /v2/team/app/manifests/sha256:2', authorization: 'Bearer the-token', body: '{}' },
  ]);
  expect(secrets).toContain('the-token');
});

it('trades an identity token in the body of a request, where no log has it', async () => {
  const { host, seen } = await tokenRegistry();
  await open(host, { serveraddress: 'x', identitytoken: 'mine' });
  expect(seen[1]).toMatchObject({ line: 'POST /token', authorization: undefined });
  expect(new URLSearchParams(seen[1]?.body).get('refresh_token')).toBe('mine');
});

it('uploads to where the registry says, and sends the token to nobody else', async () => {
  const elsewhere: Seen[] = [];
  const storage = await serveHttp(async (request, response) => {
    const { authorization } = request.headers;
    elsewhere.push({ line: `${request.method} ${request.url}`, authorization, body: await text(request) });
    response.writeHead(201).end();
  });
  const { host } = await tokenRegistry({ POST: { location: `${storage}/upload?state=1` } });
  await (await open(host, password)).putBlob(Buffer.from('{}'));
  const digest = encodeURIComponent('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  expect(elsewhere).toEqual([{ line: `PUT /upload?state=1&digest=${digest}`, authorization: undefined, body: '{}' }]);
});

it('asks no metadata service for a token, whoever says so', async () => {
  const url = await serveHttp((_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://169.254.169.254/latest/meta-data"' }).end();
  });
  await expect(open(new URL(url).host, password)).rejects.toMatchObject({ code: 'push' });
});

it('says what the registry says', async () => {
  const url = await serveHttp((request, response) => {
    const error = { errors: [{ code: 'DENIED', message: 'not for you' }] };
    if (request.url === '/v2/') response.end('{}');
    else response.writeHead(403).end(JSON.stringify(error));
  });
  const repository = await open(new URL(url).host, undefined);
  await expect(repository.putBlob(Buffer.from('x'))).rejects.toThrow('403 Forbidden: not for you');
});

it('reads no answer that is larger than a manifest may be', async () => {
  const url = await serveHttp((request, response) => {
    response.end(request.url === '/v2/' ? '{}' : Buffer.alloc(5 * 1024 ** 2));
  });
  const repository = await open(new URL(url).host, undefined);
  await expect(repository.getManifest('latest', ['a/b'])).rejects.toThrow('larger than 4 MiB');
});
