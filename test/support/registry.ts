import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';
import { writeFiles } from './temp.ts';

/** Whom the registry lets in. */
export const login = { username: 'user', password: 'hunter2-registry' } as const;
const passwordHash = '$2y$04$waVm5pPhAgbRXR/EAzOjIeUaK2cT45.wXdEZTBJ2Dhxmt0YlsRSHi';

export interface Registry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** `auths` of a client's settings that let it in. */
  readonly auths: Readonly<Record<string, { readonly auth: string }>>;
  /** The digest that it has under a name, asked with the login. */
  digestOf(repository: string, tag: string): Promise<string>;
  /** The manifest or the blob that it has there, `manifests/latest` of a repository, asked with the login. */
  contentOf(repository: string, path: string): Promise<Buffer>;
  stop(): Promise<void>;
}

interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/**
 * @param folder an empty one, which the registry fills
 * @param certificate it speaks TLS with; absent: plain HTTP, which engines allow for loopback addresses
 */
export async function startRegistry(folder: string, certificate?: Certificate): Promise<Registry> {
  const host = `127.0.0.1:${await freePort()}`;
  const tls = certificate && { certificate: join(folder, 'site.pem'), key: join(folder, 'site.key') };
  writeFiles(folder, {
    htpasswd: `${login.username}:${passwordHash}\n`,
    'config.json': JSON.stringify(configuration(folder, { addr: host, ...(tls && { tls }) })),
    ...(certificate && { 'site.pem': certificate.cert, 'site.key': certificate.key }),
  });
  const url = `${tls ? 'https' : 'http'}://${host}/v2/`;
  const registry = spawn('docker-registry', ['serve', join(folder, 'config.json')], { stdio: 'ignore', cwd: folder });
  await answers(url, registry);
  const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  const accept = [
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.oci.image.index.v1+json',
  ].join(', ');
  const headers = { authorization: `Basic ${auth}`, accept };
  return {
    host,
    auths: { [host]: { auth } },
    async digestOf(repository, tag) {
      const { headers: answered } = await ask(`${url}${repository}/manifests/${tag}`, headers);
      return String(answered['docker-content-digest'] ?? '');
    },
    contentOf: async (repository, path) => buffer(await ask(`${url}${repository}/${path}`, headers, 'GET')),
    async stop() {
      const ended = once(registry, 'exit');
      if (registry.kill()) await ended;
    },
  };
}

/** The registry reads YAML, of which JSON is a part. */
function configuration(folder: string, http: object) {
  return {
    version: 0.1,
    log: { accesslog: { disabled: true }, level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http,
    auth: { htpasswd: { realm: 'tests', path: join(folder, 'htpasswd') } },
  };
}

async function answers(url: string, registry: ChildProcess): Promise<void> {
  for (;;) {
    if (registry.exitCode !== null) throw new Error(`docker-registry ended with ${registry.exitCode}`);
    if ((await ask(url).catch(() => undefined)) !== undefined) return;
    await sleep(20);
  }
}

/** Whoever has signed its certificate. */
function ask(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method: 'HEAD' | 'GET' = 'HEAD',
): Promise<IncomingMessage> {
  const { request } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const options = { method, headers, rejectUnauthorized: false, agent: false };
    request(url, options, (answer) => resolve(method === 'HEAD' ? answer.resume() : answer))
      .on('error', reject)
      .end();
  });
}
