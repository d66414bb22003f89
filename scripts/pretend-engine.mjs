// @ts-check
// An engine that has one builder, and whose containers do nothing: as much of one as a clean build of it needs, where none
// can be had. scripts/code-cache.mjs lets the program run once against it.

import { createServer } from 'node:http';

const id = 'e'.repeat(64);
const image = {
  Id: `sha256:${id}`,
  Config: { Labels: { 'io.openshift.s2i.scripts-url': 'image:///scripts' } },
  ContainerConfig: {},
  GraphDriver: { Data: {}, Name: 'overlay2' },
  Size: 0,
  Created: '2026-01-01T00:00:00Z',
  RepoTags: [],
  RepoDigests: [],
  Architecture: 'amd64',
  Os: 'linux',
  RootFS: { Type: 'layers', Layers: [] },
};

/** @param {string} socket Where it listens. */
export function pretendEngine(socket) {
  const server = createServer((request, response) => {
    const [status, answer, headers = {}] = answerTo(
      request.method ?? '',
      (request.url ?? '').replace(/^\/v[\d.]+/, ''),
    );
    request.resume().on('end', () => response.writeHead(status, { 'api-version': '1.41', ...headers }).end(answer));
  });
  server.on('upgrade', (_request, connection) => {
    connection.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    actAsGate(connection);
  });
  server.listen(socket).unref();
  return server;
}

/**
 * @param {string} method
 * @param {string} path
 * @returns {[status: number, answer: string | Buffer, headers?: Record<string, string>]}
 */
function answerTo(method, path) {
  const json = { 'content-type': 'application/json' };
  if (path === '/_ping') return [200, 'OK', { server: 'Docker/20.10.24 (linux)', ostype: 'linux' }];
  if (/^\/containers\/json/.test(path)) return [200, '[]', json];
  if (/^\/images\/app/.test(path)) return [404, '{"message":"no such image"}', json];
  if (/^\/images\/[^/]*\/json/.test(path)) return [200, JSON.stringify(image), json];
  if (/\/archive/.test(path)) return archive(method, path);
  if (/\/wait/.test(path)) return [200, '{"StatusCode":0}', json];
  if (/\/disconnect$/.test(path)) return [200, ''];
  if (/\/create|^\/commit/.test(path))
    return [201, JSON.stringify({ Id: path.startsWith('/commit') ? image.Id : id }), json];
  return [/\/tag/.test(path) ? 201 : 204, ''];
}

/**
 * @param {string} method
 * @param {string} path
 * @returns {[status: number, answer: string | Buffer, headers?: Record<string, string>]}
 */
function archive(method, path) {
  const name = decodeURIComponent(path.replace(/.*path=/, '')).replace(/.*\//, '');
  if (name === 'save-artifacts') return [404, '{"message":"no such file"}'];
  const folder = 0x80_00_00_00 + 0o1777;
  const stat = { name, size: 0, mode: name === 'tmp' ? folder : 0o755, mtime: new Date(0), linkTarget: '' };
  const headers = { 'x-docker-container-path-stat': Buffer.from(JSON.stringify(stat)).toString('base64') };
  return [200, method === 'HEAD' ? '' : Buffer.alloc(1024), headers];
}

/**
 * Says that each script has ended well, as source/protocol/gate/program.ts would.
 * @param {import('node:stream').Duplex} connection
 */
function actAsGate(connection) {
  let mark = '';
  /** @param {number} stream @param {string} word */
  const say = (stream, word) => {
    const line = Buffer.from(`@@${mark}:${word}@@\n`);
    const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, line.length]);
    connection.write(Buffer.concat([head, line]));
  };
  connection.on('data', (/** @type {Buffer} */ bytes) => {
    const text = bytes.toString();
    const key = /@@(\w+):/.exec(text)?.[1];
    if (key !== undefined) {
      mark = key;
      say(1, 'ready:0:0');
    } else if (text.startsWith('run ')) {
      say(2, 'end');
      say(1, 'end:0:0:0');
    } else if (text.startsWith('list ')) say(1, 'listed');
  });
  connection.on('end', () => connection.end());
}
