import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectEngine } from '../../source/engine/connect.ts';
import { describeProgress } from '../../source/engine/docker/registry/progress.ts';
import { testName } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { tarOf } from '../support/images.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A registry with one image, which it gives to whoever logs in as `user`. */
async function registry(name: string, password: string): Promise<{ host: string; asked: string[] }> {
  const layer = await tarOf([{ path: 'file', content: name }]);
  const rootfs = { type: 'layers', diff_ids: [digestOf(layer)] };
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs }));
  const kind = 'application/vnd.docker';
  const part = (mediaType: string, bytes: Buffer) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) });
  const mediaType = `${kind}.distribution.manifest.v2+json`;
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: part(`${kind}.container.image.v1+json`, config),
      layers: [part(`${kind}.image.rootfs.diff.tar`, layer)],
    }),
  );
  const content = new Map([
    [`/v2/${name}/manifests/latest`, manifest],
    ...[manifest, config, layer].flatMap((bytes): [string, Buffer][] => [
      [`/v2/${name}/blobs/${digestOf(bytes)}`, bytes],
      [`/v2/${name}/manifests/${digestOf(bytes)}`, bytes],
    ]),
    ['/v2/', Buffer.from('{}')],
  ]);
  const mayPull = (request: IncomingMessage) =>
    request.headers.authorization === `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const bytes = content.get(request.url ?? '');
    asked.push(request.url ?? '');
    if (!mayPull(request)) response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
    else if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': mediaType, 'Content-Length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { host: `127.0.0.1:${port}`, asked };
}

const quiet = { onStatus: () => {} };

/** An engine of a user whose docker settings hold this login. */
async function engineWithLogin(host: string, password: string, file?: string) {
  const homeDir = tempFolder();
  const auth = Buffer.from(`user:${password}`).toString('base64');
  writeFiles(homeDir, { [file ?? join('.docker', 'config.json')]: JSON.stringify({ auths: { [host]: { auth } } }) });
  const engine = await connectEngine({ url: engineAddress, env: {}, homeDir, loginsFrom: file && join(homeDir, file) });
  onTestFinished(() => engine.close());
  return engine;
}

describe('pulling an image', () => {
  it('uses the login for its registry, and takes `latest` only', async () => {
    const name = testName('pulled');
    const { host, asked } = await registry(name, 'secret');
    const engine = await engineWithLogin(host, 'secret');
    const lines: string[] = [];
    await engine.pullImage(`${host}/${name}`, { onStatus: (line) => lines.push(line) });
    expect((await engine.inspectImage(`${host}/${name}`))?.tags).toEqual([`${host}/${name}:latest`]);
    expect(await engine.removeImage(`${host}/${name}`)).toBe('removed');
    expect(asked.filter((url) => url.includes('/tags/'))).toEqual([]);
    expect(lines.join('\n')).toMatch(/Pulling from .*\n.*: Pull complete/s);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('takes the login from another file that is named', async () => {
    const name = testName('pulled');
    const { host } = await registry(name, 'secret');
    const engine = await engineWithLogin(host, 'secret', 'logins.json');
    await engine.pullImage(`${host}/${name}`, quiet);
    expect(await engine.removeImage(`${host}/${name}`)).toBe('removed');
  });

  it('fails as a matter of the builder when the registry refuses, without the password', async () => {
    const name = testName('refused');
    const { host } = await registry(name, 'secret');
    const engine = await engineWithLogin(host, 'wrong-password');
    const error: unknown = await engine.pullImage(`${host}/${name}:latest`, quiet).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'builder', message: expect.stringContaining(`${host}/${name}:latest`) });
    expect(JSON.stringify(error) + String(error)).not.toContain('wrong-password');
  });
});

describe('the progress of a pull', () => {
  it('is one line for each state of a layer, not one for each piece that arrives', () => {
    const describe = describeProgress();
    const lines = [
      { status: 'Pulling from library/x', id: 'latest' },
      { status: 'Downloading', id: 'a' },
      { status: 'Downloading', id: 'b' },
      { status: 'Downloading', id: 'a' },
      { status: 'Pull complete', id: 'a' },
      { status: 'Digest: sha256:1' },
      {},
    ].map(describe);
    expect(lines.filter((line) => line !== undefined)).toEqual([
      'latest: Pulling from library/x',
      'a: Downloading',
      'b: Downloading',
      'a: Pull complete',
      'Digest: sha256:1',
    ]);
  });
});
