import { existsSync, readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { createBrotliCompress, createDeflate, createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeBuilder } from '../support/builders.ts';
import { failureOf, warningsOf } from '../support/dev-events.ts';
import { testTag } from '../support/engine.ts';
import { serveHttp, serveRaw } from '../support/http-server.ts';
import { failToBuild, lookInto, lookingBuilder } from '../support/looking.ts';
import { startSti, temporaryFolderOf } from '../support/sti.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';
import { endBy } from './end-by.ts';

const scriptsLabel = 'io.openshift.s2i.scripts-url';

function source(): string {
  const folder = tempFolder();
  writeFiles(folder, { 'index.html': 'hello\n' });
  return folder;
}

function* endless(chunk: string | Buffer): Generator<string | Buffer> {
  for (;;) yield chunk;
}

const packers = { gzip: createGzip, deflate: createDeflate, br: createBrotliCompress };
type Packing = keyof typeof packers;

/** Zeros without end, packed a thousandfold. */
function bomb(response: ServerResponse, packing: Packing): void {
  const packed = Readable.from(endless(Buffer.alloc(1024 ** 2))).pipe(packers[packing]());
  response.writeHead(200, { 'content-encoding': packing }).on('close', () => packed.destroy());
  packed.pipe(response);
}

/** The words of a build, and where it keeps what it downloads. */
async function words(from: string, ...args: string[]): Promise<string[]> {
  return ['build', from, await makeBuilder(lookingBuilder), testTag('fetching'), ...args];
}

function downloadsOf(home: string): string[] {
  const folder = temporaryFolderOf(home);
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('download'))
    : [];
}

describe('a script’s URL', () => {
  it.each(Object.keys(packers) as Packing[])('that unpacks without end fails in little memory: %s', async (packing) => {
    const url = await serveHttp((_, response) => bomb(response, packing));
    const { ended } = startSti(await words(source(), '--scripts', url, '--progress', 'json'));
    expect(failureOf(await ended)).toMatchObject({ code: 'scripts', message: expect.stringContaining('4 MiB') });
  });

  it('that goes on without end fails in little memory', async () => {
    const url = await serveHttp((_, response) => void Readable.from(endless('#'.repeat(65_536))).pipe(response));
    const run = startSti(await words(source(), '--scripts', url));
    expect((await run.ended).exitCode).toBe(40);
  });

  it.each([
    ['a status line', 'HTTP/1.1 200 '],
    ['nothing', ''],
    ['a body', 'HTTP/1.1 200 OK\r\n\r\n#!/bin/sh\n'],
  ])('that drips can be cancelled at any time: %s', async (_, start) => {
    let asked = () => {};
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { url } = await serveRaw((socket) => {
      socket.write(start);
      const drip = setInterval(() => socket.write('.'), 50);
      socket.on('close', () => clearInterval(drip));
      asked();
    });
    const run = startSti(await words(source(), '--scripts', url));
    await wasAsked;
    expect(await endBy(run, 'SIGTERM')).toMatchObject({ exitCode: 143 });
  });
});

describe('a source’s URL', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('without end can be cancelled, and leaves nothing: %s', async (signal) => {
    let bytes = 0;
    let enough = () => {};
    const much = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const chunk = Buffer.alloc(1024 ** 2);
    const url = await serveHttp((_, response) => {
      const pour = function* () {
        for (const one of endless(chunk)) {
          bytes += chunk.length;
          if (bytes > 200 * 1024 ** 2) enough();
          yield one;
        }
      };
      Readable.from(pour()).pipe(response);
    });
    const run = startSti(await words(`${url}/app.tar`));
    await much;
    expect((await endBy(run, signal)).exitCode).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(downloadsOf(run.home)).toEqual([]);
  });

  it('that drips can be cancelled', async () => {
    let asked = () => {};
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const url = await serveHttp((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 50);
      response.on('close', () => clearInterval(drip));
      asked();
    });
    const run = startSti(await words(`${url}/app.tar.gz`));
    await wasAsked;
    expect(await endBy(run, 'SIGTERM')).toMatchObject({ exitCode: 143 });
    expect(downloadsOf(run.home)).toEqual([]);
  });
});

describe('a scripts URL that the builder image names', () => {
  const naming = (url: string) => ({ ...lookingBuilder, labels: { [scriptsLabel]: url } });
  const script = '#!/bin/sh\necho "from the service"\n';

  it('is taken from this machine’s own services with a warning that says who chose it', async () => {
    const url = await serveHttp((_, response) => void response.end(script));
    const looked = await lookInto(source(), { builder: naming(url) });
    expect(looked.seen).toEqual(['from the service']);
    expect(warningsOf(looked)).toContain(`${url}/`);
  });

  it.each([
    'http://169.254.169.254/latest',
    'http://0xA9FEA9FE',
    'http://[::ffff:a9fe:a9fe]',
    'http://[fd00:ec2::254]',
  ])('is refused at a cloud’s metadata service: %s', async (url) => {
    expect((await failToBuild(source(), 40, { builder: naming(url) })).message).toContain(url);
  });

  it('is refused when it redirects there, also through a proxy', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serveHttp((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    });
    for (const env of [{}, { http_proxy: url }, { HTTP_PROXY: url }]) {
      const { message } = await failToBuild(source(), 40, { builder: naming(url), env });
      expect(message).toContain('http://169.254.169.254/latest/meta-data');
    }
    expect(asked.filter((path) => path?.includes('meta-data'))).toEqual([]);
  });
});
