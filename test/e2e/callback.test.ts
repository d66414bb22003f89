import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Builder, type BuilderName, builders, makeBuilder } from '../support/builders.ts';
import { eventsOf, failureOf, warningsOf } from '../support/dev-events.ts';
import { inspectImage, testTag } from '../support/engine.ts';
import { refusingUrl, serveHttp } from '../support/http-server.ts';
import { type StiEnded, startSti, sti } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

interface Post {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly authorization: string | undefined;
  /** The whole body, as it came. */
  readonly text: string;
  readonly at: number;
}

/** A server that keeps what it is sent; it answers the first posts with these statuses, and then 200. */
async function receiver(...statuses: number[]): Promise<{ url: string; posts: readonly Post[] }> {
  const posts: Post[] = [];
  const url = await serveHttp(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const { method, url: path, headers } = request;
    posts.push({
      method,
      path,
      type: headers['content-type'],
      authorization: headers.authorization,
      text,
      at: Date.now(),
    });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  return { url: `${url}/done?build=7`, posts };
}

interface Request {
  readonly builder?: BuilderName | Builder;
  readonly source?: string;
  readonly tag?: string;
  readonly args?: readonly string[];
}

function source(): string {
  const folder = tempFolder();
  writeFiles(folder, { 'index.html': 'hello\n' });
  return folder;
}

async function wordsOf({ builder = 'root', source: from = source(), tag, args = [] }: Request): Promise<string[]> {
  return ['build', from, await makeBuilder(builder), tag ?? testTag('callback'), ...args];
}

async function build(callbackUrl: string, request: Request): Promise<StiEnded> {
  return sti([...(await wordsOf(request)), '--progress', 'json', '--callbackUrl', callbackUrl]);
}

/** The one post that there must be. */
function only(posts: readonly Post[]) {
  expect(posts).toHaveLength(1);
  const [post] = posts;
  expect(post).toMatchObject({ method: 'POST', path: '/done?build=7', type: 'application/json' });
  return JSON.parse(post?.text ?? '');
}

const badMetadata = `${builders['image metadata'].scripts.assemble}echo '{"labels":' > /tmp/.s2i/image_metadata.json\n`;

describe('the callback', () => {
  it('is sent once after a success, with what was said and made', async () => {
    const { url, posts } = await receiver();
    const tag = testTag('callback');
    const ended = await build(url, { builder: 'image metadata', tag, args: ['--label', 'of=test'] });
    expect(ended.exitCode).toBe(0);
    const body = only(posts);
    expect(body).toMatchObject({
      success: true,
      payload: expect.stringContaining('assembling as 0:0\n'),
      image: tag,
      imageId: (await inspectImage(tag))?.Id,
      labels: { of: 'test', 'from.assemble': 'yes' },
    });
    expect(body).not.toHaveProperty('error');
    for (const { name, ms } of body.steps)
      expect({ name, ms }).toEqual({ name: expect.any(String), ms: expect.any(Number) });
    expect(body.steps.map(({ name }: { name: string }) => name).toSorted()).toEqual([
      'artifacts',
      'assemble',
      'builder',
      'commit',
      'scripts',
      'source',
    ]);
  });

  it.each<[string, number, Request]>([
    ['source', 20, { source: './no-such-folder' }],
    ['ref', 21, { args: ['--ref', 'no-such-ref'] }],
    ['scripts', 40, { builder: 'no assemble' }],
    ['assemble', 60, { builder: 'failing assemble' }],
    ['labels', 80, { builder: { scripts: { assemble: badMetadata } } }],
  ])('is sent once after a failure of the kind %s', async (code, exitCode, request) => {
    const { url, posts } = await receiver();
    const ended = await build(url, request);
    expect(ended.exitCode, ended.stdout).toBe(exitCode);
    const body = only(posts);
    expect(body).toMatchObject({ success: false, payload: expect.any(String), error: { code } });
    expect(failureOf(ended)).toMatchObject({ code, message: body.error.message });
    expect(body).not.toHaveProperty('imageId');
  });

  it('is sent once when the builder image is not there', async () => {
    const { url, posts } = await receiver();
    const ended = await sti(['build', source(), 'sti-test-no-such-builder', '-p', 'never', '--callback-url', url]);
    expect(ended.exitCode).toBe(30);
    expect(only(posts)).toMatchObject({ success: false, error: { code: 'builder' } });
  });

  it('has the whole output of a script that failed', async () => {
    const { url, posts } = await receiver();
    const assemble = '#!/bin/sh\nseq 1 5000\necho "the end"\nexit 1\n';
    await build(url, { builder: { scripts: { assemble } } });
    const { payload } = only(posts);
    expect(payload).toContain(`${Array.from({ length: 5000 }, (_, index) => `${index + 1}\n`).join('')}`);
    expect(payload).toContain('the end\n');
  });

  it('has none of the secrets that sti was given', async () => {
    const { url, posts } = await receiver();
    const secret = 'tr0ub4dor&3';
    const args = ['-e', `DB_PASSWORD=${secret}`, '--scripts', `http://ada:${secret}@127.0.0.1:9/${secret}`];
    await build(url.replace('//', `//bob:${encodeURIComponent(secret)}@`), { args });
    expect(only(posts)).toMatchObject({ success: false, error: { code: 'scripts' } });
    expect(posts[0]?.text).not.toContain(secret);
    expect(posts[0]?.authorization).toBe(`Basic ${Buffer.from(`bob:${secret}`).toString('base64')}`);
  });
});

describe('a callback that does not get through', () => {
  it('is tried again after a 5xx, with the whole body, until it does', async () => {
    const { url, posts } = await receiver(503, 500);
    const ended = await build(url, {});
    expect(ended.exitCode).toBe(0);
    expect(posts).toHaveLength(3);
    expect(new Set(posts.map(({ text }) => text)).size).toBe(1);
    expect(warningsOf(ended)).toBe('');
  });

  it('is tried again three times at most, with a warning and the build’s own exit code', async () => {
    const { url, posts } = await receiver(500, 500, 500, 500, 500);
    const ended = await build(url, { builder: 'failing assemble' });
    expect(ended.exitCode).toBe(60);
    expect(posts).toHaveLength(4);
    expect(warningsOf(ended)).toMatch(/\/done.* 500\b/);
  });

  it('is not tried again after a 4xx', async () => {
    const { url, posts } = await receiver(404);
    const ended = await build(url, {});
    expect(ended.exitCode).toBe(0);
    expect(posts).toHaveLength(1);
    expect(warningsOf(ended)).toMatch(/\/done.* 404\b/);
  });

  it('is a warning when nothing listens there', async () => {
    const tag = testTag('callback');
    const ended = await build(await refusingUrl(), { tag });
    expect(ended.exitCode).toBe(0);
    expect(eventsOf(ended, 'build-finished')).toMatchObject([{ outcome: { ok: true, result: { tag } } }]);
    expect(warningsOf(ended)).toContain('ECONNREFUSED');
  });
});

describe('the callback of a cancelled build', () => {
  it('is sent once, and tells that it was cancelled', async () => {
    const { url, posts } = await receiver(500);
    const building = startSti([...(await wordsOf({ builder: 'long assemble' })), '--callbackUrl', url]);
    await building.printed('assemble started');
    building.kill('SIGINT');
    expect((await building.ended).exitCode).toBe(130);
    expect(only(posts)).toMatchObject({
      success: false,
      payload: expect.stringContaining('assemble started\n'),
      error: { code: 'cancelled' },
    });
  });

  it('does not hold up the end when the server never answers', async () => {
    const silent = await serveHttp((request) => void request.resume());
    const words = await wordsOf({ builder: 'long assemble', args: ['--progress', 'json'] });
    const building = startSti([...words, '--callbackUrl', silent]);
    await building.printed('assemble started');
    building.kill('SIGTERM');
    const ended = await Promise.race([building.ended, sleep(30_000)]);
    if (ended === undefined) throw new Error('it did not end');
    expect(ended.exitCode).toBe(143);
    expect(warningsOf(ended)).toContain(silent);
  });
});
