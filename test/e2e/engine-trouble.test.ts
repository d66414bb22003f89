import { createHash } from 'node:crypto';
import { chmodSync, readdirSync } from 'node:fs';
import { createServer, type ListenOptions, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeBuilder } from '../support/builders.ts';
import { failureOf, scriptLines, wayInOf } from '../support/dev-events.ts';
import { inspectImage, testTag } from '../support/engine.ts';
import { engineAddress } from '../support/engine-address.ts';
import { startEngineProxy } from '../support/engine-proxy.ts';
import { asOrdinaryUser } from '../support/ordinary-user.ts';
import { homeFor, type StiEnded, type StiOptions, sti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

function source(): string {
  const folder = tempFolder();
  writeFiles(folder, { 'index.html': 'hello\n' });
  return folder;
}

/** A server for every connection; it and they are closed when the test has ended. */
async function listen(where: ListenOptions, serve: (connection: Socket) => void): Promise<void> {
  const connections = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connections.add(connection.on('error', () => {}).on('close', () => connections.delete(connection)));
    serve(connection);
  });
  await new Promise<void>((resolve) => server.listen(where, resolve));
  onTestFinished(() => {
    server.close();
    for (const connection of connections) connection.destroy();
  });
}

/** A TCP port of this machine behind which the tests' engine is. */
async function engineOnTcp(): Promise<string> {
  return (await startEngineProxy('tcp')).address;
}

/** A build that can't begin, and leaves no folder. */
async function failsToBegin(exitCode: number, options: StiOptions, args: readonly string[] = []) {
  const home = options.home ?? homeFor(options.user);
  const words = ['build', '.', 'some-builder', 'some-app', '--progress', 'json', ...args];
  const ended = await sti(words, { ...options, home });
  expect(ended.exitCode, ended.stdout).toBe(exitCode);
  const failure = failureOf(ended);
  expect(failure).toMatchObject({ exitCode, hint: expect.any(String) });
  expect(readdirSync(temporaryFolderOf(home))).toEqual([]);
  return failure;
}

describe('an engine that is not there', () => {
  it.each(['unix:///no/such/engine.sock', 'tcp://127.0.0.1:9', 'tcp://no-such-host.invalid:2375'])(
    'is named by its address: %s',
    async (address) => {
      const { message } = await failsToBegin(10, { env: { DOCKER_HOST: address } });
      expect(message).toContain(address);
    },
  );

  it.each(['ftp://host', 'tcp://', 'unix://'])('is refused when its address is none: %s', async (address) => {
    const { message } = await failsToBegin(10, { env: { DOCKER_HOST: address } });
    expect(message).toContain('DOCKER_HOST');
  });

  it('is one that may not be used by this user', async () => {
    const folder = tempFolder();
    chmodSync(folder, 0o755);
    const socket = join(folder, 'engine.sock');
    await listen({ path: socket }, () => {});
    chmodSync(socket, 0);
    const { message } = await failsToBegin(11, { ...asOrdinaryUser(), env: { DOCKER_HOST: `unix://${socket}` } });
    expect(message).toContain(`unix://${socket}`);
  });

  it('is one that takes connections and never answers, and is given up', async () => {
    const socket = join(tempFolder(), 'engine.sock');
    await listen({ path: socket }, (connection) => void connection.resume());
    const { message } = await failsToBegin(10, { env: { DOCKER_HOST: `unix://${socket}` } });
    expect(message).toMatch(new RegExp(`unix://${socket}.*10 seconds`));
  });

  it('is one that answers with something else', async () => {
    const socket = join(tempFolder(), 'engine.sock');
    await listen({ path: socket }, (connection) => {
      connection.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
    });
    const { message } = await failsToBegin(10, { env: { DOCKER_HOST: `unix://${socket}` } });
    expect(message).toContain(`unix://${socket}`);
  });
});

describe('the engine', () => {
  async function builds(options: StiOptions, args: readonly string[] = []): Promise<StiEnded> {
    const tag = testTag('engine');
    const words = ['build', source(), await makeBuilder('no save-artifacts'), tag, '--progress', 'json', ...args];
    const ended = await sti(words, options);
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
    expect(await inspectImage(tag)).toBeDefined();
    return ended;
  }

  /** A home in which `docker context use elsewhere` was run. */
  function homeWithContext(host: string): string {
    const home = homeFor();
    const id = createHash('sha256').update('elsewhere').digest('hex');
    writeFiles(home, {
      '.docker/config.json': JSON.stringify({ currentContext: 'elsewhere' }),
      [`.docker/contexts/meta/${id}/meta.json`]: JSON.stringify({
        Name: 'elsewhere',
        Endpoints: { docker: { Host: host } },
      }),
    });
    return home;
  }

  it('is the one that --url names, whatever DOCKER_HOST says', async () => {
    await builds({ env: { DOCKER_HOST: 'unix:///no/such/engine.sock' } }, ['--url', engineAddress]);
    await failsToBegin(10, {}, ['-U', 'unix:///no/such/engine.sock']);
  });

  it('is the one of the current docker context when DOCKER_HOST is not set', async () => {
    const through = await engineOnTcp();
    const built = await builds({ home: homeWithContext(through), env: { DOCKER_HOST: '' } });
    // Only behind the proxy is the engine elsewhere.
    expect(wayInOf(built)).toBe('stream');
    const gone = homeWithContext('unix:///no/such/engine.sock');
    const { message } = await failsToBegin(10, { home: gone, env: { DOCKER_HOST: '' } });
    expect(message).toContain('/no/such/engine.sock');
    await builds({ home: gone, env: { DOCKER_HOST: engineAddress } });
  });

  it('may be behind TCP: no folder of this machine is mounted then', async () => {
    const built = await builds({ env: { DOCKER_HOST: await engineOnTcp() } });
    expect(wayInOf(built)).toBe('stream');
    expect(scriptLines(built)).toContain('assembling as 0:0');
  });
});
