import { chmodSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { appSource, buildWith, imageOf, succeeded } from '../support/app-build.ts';
import { makeBuilder } from '../support/builders.ts';
import { makeCertificate } from '../support/certificates.ts';
import { eventOf, eventsOf, failureOf, summaryOf } from '../support/dev-events.ts';
import { inspectImage, removeImage, testName } from '../support/engine.ts';
import { serveHttp } from '../support/http-server.ts';
import { leftBy } from '../support/leftovers.ts';
import { login, type Registry, startRegistry } from '../support/registry.ts';
import { homeFor, startSti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, tempFolderOfFile, writeFiles } from '../support/temp.ts';

let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry(tempFolderOfFile());
});
afterAll(() => registry.stop());

/** A home folder whose files of the clients hold these: path → content, made JSON. */
function homeWith(files: Readonly<Record<string, object>>): string {
  const home = homeFor();
  writeFiles(home, Object.fromEntries(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])));
  return home;
}

const { PATH = '' } = process.env;
const dockerConfig = '.docker/config.json';

describe('--push', () => {
  it('sends the image to the registry of its tag, by TLS and with its login, and tells the digest everywhere', async () => {
    const registry = await startRegistry(tempFolder(), makeCertificate());
    onTestFinished(registry.stop);
    const repository = testName('pushed');
    const tag = `${registry.host}/${repository}:1`;
    const home = homeWith({ [dockerConfig]: { auths: registry.auths } });
    const posts: string[] = [];
    const callbackUrl = await serveHttp(async (request, response) => {
      posts.push(
        await new Response(
          new ReadableStream({
            async start(body) {
              for await (const chunk of request) body.enqueue(chunk);
              body.close();
            },
          }),
        ).text(),
      );
      response.end();
    });
    const args = ['--push', '--metadata-file', 'built.json', '--callback-url', callbackUrl];
    const built = succeeded(await buildWith(await makeBuilder('root'), { tag, home, cwd: home, args }));
    const digest = await registry.digestOf(repository, '1');
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(summaryOf(built, 'push')).toContain(tag);
    expect(eventsOf(built, 'build-finished')).toMatchObject([{ outcome: { result: { digest } } }]);
    const { Id } = await imageOf(tag);
    expect(JSON.parse(readFileSync(join(home, 'built.json'), 'utf8'))).toEqual({ imageId: Id, digest, tags: [tag] });
    expect(posts.map((post) => JSON.parse(post))).toEqual([expect.objectContaining({ success: true, digest })]);
    expect(posts.join() + built.output).not.toContain(login.password);
    await removeImage(tag);
  });

  it('is an event of its own with the digest in JSON, by the login of a credential helper', async () => {
    const tag = `${registry.host}/${testName('helped')}:latest`;
    const home = homeWith({ [dockerConfig]: { credHelpers: { [registry.host]: 'test' } } });
    const answer = JSON.stringify({ Username: login.username, Secret: login.password });
    writeFiles(home, { 'bin/docker-credential-test': `#!/bin/sh\necho '${answer}'\n` });
    chmodSync(join(home, 'bin/docker-credential-test'), 0o755);
    const env = { PATH: [join(home, 'bin'), PATH].join(delimiter) };
    const built = succeeded(await buildWith(await makeBuilder('root'), { tag, home, env, args: ['--push'] }));
    const order = eventsOf(built, 'step-finished').map(({ step }) => step);
    expect(order.slice(-2)).toEqual(['commit', 'push']);
    const digest = expect.stringMatching(/^sha256:/);
    expect(eventsOf(built, 'build-finished')).toMatchObject([{ outcome: { result: { digest } } }]);
    expect(built.output).not.toContain(login.password);
    await removeImage(tag);
  });

  it('that the registry refuses fails with its words and a code of its own; the image and its tag stay', async () => {
    const tag = `${registry.host}/${testName('refused')}:latest`;
    const wrong = Buffer.from(`${login.username}:not-${login.password}`).toString('base64');
    const home = homeWith({ [dockerConfig]: { auths: { [registry.host]: { auth: wrong } } } });
    const args = ['--push', '--metadata-file', 'built.json'];
    const refused = await buildWith(await makeBuilder('root'), { tag, home, cwd: home, args });
    expect(failureOf(refused)).toMatchObject({
      ...{ code: 'push', exitCode: 82, message: expect.stringMatching(`${tag} .*unauthorized`) },
      ...{ hint: expect.stringContaining(registry.host), tagMoved: tag },
    });
    expect(refused.output).not.toContain(login.password);
    expect(await inspectImage(tag)).toBeDefined();
    await removeImage(tag);
  });

  it('ends at once with Ctrl-C, and leaves nothing but the image', async () => {
    const host = (await serveHttp(({ url }, response) => void (url === '/v2/' && response.end('{}')))).slice(7);
    const tag = `${host}/${testName('stalled')}:latest`;
    const home = homeFor();
    const running = startSti(['build', appSource(), await makeBuilder('root'), tag, '--push', '--progress', 'json'], {
      home,
    });
    // The engine's first words of it.
    await eventOf(running, 'status', { step: 'push', text: /The push refers to/ });
    running.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.exitCode).toBe(130);
    expect(failureOf(ended)).toMatchObject({ code: 'cancelled', tagMoved: tag });
    expect(await leftBy(running.pid, { folders: [temporaryFolderOf(home)], within: 0 })).toEqual([]);
    expect(await inspectImage(tag)).toBeDefined();
    await removeImage(tag);
  });

  it('without a TAG is a wrong command line', async () => {
    const ended = await startSti(['build', appSource(), await makeBuilder('root'), '--push', '--progress', 'json'])
      .ended;
    expect(failureOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining('--push') });
  });
});
