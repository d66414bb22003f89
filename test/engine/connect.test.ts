import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectEngine, connectToFirst } from '../../source/engine/connect.ts';
import { socketEndpoint } from '../../source/engine/endpoint/candidates.ts';
import { greet, saysRootless } from '../../source/engine/handshake.ts';
import { createTransport } from '../../source/engine/http/connection.ts';
import { engineAddress } from '../support/engine-address.ts';
import { connect, engineKinds, openEngine, socketServer } from '../support/engine-fixtures.ts';
import { tempFolder } from '../support/temp.ts';

const homeDir = '/nonexistent';
/** No podman, no docker settings. */
const bare = { env: { PATH: '/nonexistent' }, homeDir };

/** A socket that gives this answer to everything. */
function answering(status: string, headers: string, body: string): Promise<string> {
  const answer = `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n${headers}\r\n\r\n${body}`;
  return socketServer((connection) => connection.on('data', () => connection.write(answer)));
}

/** A socket that this user may not use, even when the tests run as root. */
async function forbiddenSocket(): Promise<string> {
  const socketPath = await socketServer(() => {});
  chmodSync(dirname(socketPath), 0o755);
  chmodSync(socketPath, 0);
  if (process.geteuid?.() === 0) {
    process.seteuid?.(1000);
    onTestFinished(() => process.seteuid?.(0));
  }
  return socketPath;
}

describe.each(engineKinds)('connecting to %s', (kind) => {
  it('agrees on a version and knows who answers', async () => {
    const fixture = await openEngine(kind);
    onTestFinished(() => fixture.close());
    const { about } = fixture.engine;
    expect(about).toMatchObject({ kind, address: fixture.address, rootless: false });
    expect(about.socketPath).toBe(fixture.address.slice('unix://'.length));
    expect(about.apiVersion).toMatch(/^1\.\d\d$/);
    await fixture.engine.ping();
  });
});

describe('connecting', () => {
  it('takes the engine that it was told to, whatever the docker variables of this process say', async () => {
    for (const [name, value] of Object.entries({
      DOCKER_HOST: 'tcp://not an address',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/nonexistent',
      DOCKER_CLIENT_TIMEOUT: '1',
    })) {
      vi.stubEnv(name, value);
    }
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const engine = await connect(engineAddress);
    expect(await engine.inspectImage('sti-test-no-such-image')).toBeUndefined();
    expect(process.env['DOCKER_HOST']).toBe('tcp://not an address');
    engine.close();
  });

  it('takes the first of several sockets that answers', async () => {
    const found = socketEndpoint(engineAddress.slice('unix://'.length));
    const engine = await connectToFirst([socketEndpoint('/nonexistent/a.sock'), found], bare);
    expect(engine.about.address).toBe(engineAddress);
    engine.close();
  });

  it('tries nothing else when the engine that was named does not answer', async () => {
    const url = 'unix:///nonexistent/engine.sock';
    const unreachable = { code: 'engine-unreachable', message: `${url}: no such socket` };
    await expect(connectEngine({ ...bare, url })).rejects.toMatchObject(unreachable);
    await expect(connectEngine({ homeDir, env: { DOCKER_HOST: url } })).rejects.toMatchObject(unreachable);
  });

  it('lists every place that was tried, and what each said', async () => {
    const file = join(tempFolder(), 'a-file');
    writeFileSync(file, '');
    const places = ['/nonexistent/a.sock', file].map(socketEndpoint);
    await expect(connectToFirst(places, bare)).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: `no container engine answered (unix:///nonexistent/a.sock: no such socket; unix://${file}: nothing listens there; podman: not installed)`,
      hint: expect.stringContaining('--url'),
    });
  });

  it('says that this user may not use the engine, and mentions the docker group', async () => {
    const socketPath = await forbiddenSocket();
    const denied = { code: 'engine-denied', hint: expect.stringContaining('docker') };
    await expect(connect(`unix://${socketPath}`)).rejects.toMatchObject(denied);
    const places = [socketPath, '/nonexistent/b.sock'].map(socketEndpoint);
    await expect(connectToFirst(places, { env: process.env, homeDir })).rejects.toMatchObject(denied);
  });

  it('waits only so long for an engine that takes the connection and says nothing', async () => {
    const transport = await createTransport(socketEndpoint(await socketServer(() => {})));
    onTestFinished(() => transport.close());
    await expect(greet(transport, 100)).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining('stalls: no answer within 0.1 seconds'),
    });
  });

  it('stops with the reason of an abort', async () => {
    const url = `unix://${await socketServer(() => {})}`;
    const reason = new Error('the reason');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    await expect(connectEngine({ ...bare, url, signal: controller.signal })).rejects.toBe(reason);
  });

  it('refuses an engine that is too old, and speaks what it knows to one that is newer', async () => {
    const old = await answering('200 OK', 'Api-Version: 1.24', 'OK');
    const tooOld = { code: 'engine-failed', message: expect.stringContaining('1.24') };
    await expect(connect(`unix://${old}`)).rejects.toMatchObject(tooOld);
    const engine = await connect(`unix://${await answering('200 OK', 'Api-Version: 1.99', 'OK')}`);
    expect(engine.about.apiVersion).toBe('1.44');
    engine.close();
  });

  it.each([
    ['200 OK', 'Server: some web server', 'hello', 'not a container engine'],
    ['403 Forbidden', 'Server: a proxy', 'not for you\nreally', 'not for you'],
    ['400 Bad Request', 'Server: TLS', 'Client sent an HTTP request to an HTTPS server.', 'HTTPS server'],
  ])('says what is wrong when something else answers: %s', async (status, headers, body, expected) => {
    const socketPath = await answering(status, headers, body);
    await expect(connect(`unix://${socketPath}`)).rejects.toMatchObject({
      code: 'engine-unreachable',
      message: expect.stringContaining(expected),
    });
  });

  it.each([
    [{ SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'] }, true],
    [{ Rootless: true, SecurityOptions: ['name=seccomp,profile=default'] }, true],
    [{ Rootless: false, SecurityOptions: null }, false],
    [{ SecurityOptions: ['name=seccomp,profile=default'] }, false],
  ])('reads from %j whether an engine is rootless: %s', (info, expected) => {
    expect(saysRootless(info)).toBe(expected);
  });

  it('says when the folder of DOCKER_CERT_PATH holds no certificates', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/nonexistent' };
    const message = expect.stringContaining('DOCKER_CERT_PATH');
    await expect(connectEngine({ homeDir, env })).rejects.toMatchObject({ code: 'engine-unreachable', message });
  });
});
