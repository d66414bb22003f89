import { buffer } from 'node:stream/consumers';
import * as v from 'valibot';
import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import { addressKind } from '../../http/addresses.ts';
import type { HttpClient, HttpRequest } from '../../http/client.ts';
import type { Admit } from '../../http/connection.ts';
import { HttpError } from '../../http/error.ts';
import type { ImageReference } from '../../protocol/image/reference.ts';
import { type Challenge, readChallenge } from './challenge.ts';
import { digestOf } from './manifest.ts';

/** What sti asks of one repository of a registry. Rejects with a RefusedError or an HttpError. */
export interface Repository {
  /** undefined: there is none. */
  getManifest(reference: string, types: readonly string[]): Promise<Manifest | undefined>;
  putBlob(content: Buffer): Promise<void>;
  /** Whether the registry itself lists it with what it belongs to. */
  putManifest(reference: string, manifest: Manifest): Promise<{ readonly isListed: boolean }>;
}

interface Manifest {
  readonly mediaType: string;
  readonly content: Buffer;
}

export interface RepositoryAccess {
  readonly http: HttpClient;
  readonly login: Awaited<ReturnType<Engine['findLogin']>>;
  /** Hears of each token before it is used. */
  readonly onSecret: (value: string) => void;
  readonly signal: AbortSignal;
}

/** An answer other than the one that was asked for, in the registry's words. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(answer: Answer) {
    super(wordsOf(answer));
    this.status = answer.status;
  }
}

interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly mediaType: string;
  readonly header: (name: string) => string;
  readonly content: Buffer;
}

type Asked = Pick<HttpRequest, 'method' | 'body' | 'headers' | 'authorization'>;
type Ask = (url: URL, request?: Asked) => Promise<Answer>;

/** Bytes: what https://github.com/opencontainers/distribution-spec asks registries to take as a manifest. */
const mostBytes = 4 * 1024 ** 2;
/** Milliseconds, for a large document on a slow line too. */
const timeout = 600_000;
const dockerHub = { host: 'registry-1.docker.io', library: 'library/' };

/** Asks the registry of an image for the right to read and write there. */
export async function openRepository(image: ImageReference, access: RepositoryAccess): Promise<Repository> {
  const { http, signal } = access;
  const { host, name } = placeOf(image);
  const limits = { maxBytes: mostBytes, timeout, admit: admitFor(host), signal };
  const ask: Ask = (url, request) =>
    http.request(url.href, { ...limits, ...request }, async (answer) => ({
      ...answer,
      content: await buffer(answer.body()),
    }));
  const { origin, challenge } = await reach(host, ask);
  const authorization = challenge && (await authorize(challenge, name, access, ask));
  const send = async (url: URL, expected: readonly number[], request: Asked = {}) => {
    const answer = await ask(url, { ...request, ...(url.origin === origin.origin && { authorization }) });
    if (!expected.includes(answer.status)) throw new RefusedError(answer);
    return answer;
  };
  const at = (path: string) => new URL(`/v2/${name}/${path}`, origin);
  return {
    async getManifest(reference, types) {
      const headers = { accept: types.join(', ') };
      const { status, mediaType, content } = await send(at(`manifests/${reference}`), [200, 404], { headers });
      return status === 404 ? undefined : { mediaType, content };
    },
    async putBlob(content) {
      const headers = { 'content-type': 'application/octet-stream' };
      const opened = await send(at('blobs/uploads/'), [202], { body: '', headers });
      const upload = new URL(opened.header('location'), origin);
      // Behind a proxy that ends TLS a registry may not know how it is called.
      if (upload.host === origin.host) upload.protocol = origin.protocol;
      upload.searchParams.set('digest', digestOf(content));
      await send(upload, [201, 204], { method: 'PUT', body: content, headers });
    },
    async putManifest(reference, { mediaType, content }) {
      const headers = { 'content-type': mediaType };
      const request: Asked = { method: 'PUT', body: content, headers };
      const answer = await send(at(`manifests/${reference}`), [201], request);
      return { isListed: answer.header('oci-subject') !== '' };
    },
  };
}

/** Where a registry says that tokens are given and blobs are taken may not be where a cloud tells its machines their secrets. */
function admitFor(host: string): Admit {
  return (address, url) => {
    if (url.host === host || addressKind(address) !== 'link-local') return;
    throw new StiError('push', `the registry ${host} refers to ${url.host}, which is a link-local address`, {
      hint: 'Do not push there: a registry that does this asks for secrets of this machine.',
    });
  };
}

function placeOf({ domain, repository }: ImageReference): { readonly host: string; readonly name: string } {
  if (domain !== undefined && domain !== 'docker.io' && domain !== 'index.docker.io') {
    return { host: domain, name: repository };
  }
  return { host: dockerHub.host, name: repository.includes('/') ? repository : `${dockerHub.library}${repository}` };
}

/** By TLS; a registry of this machine may do without, as engines have it. */
async function reach(host: string, ask: Ask): Promise<{ readonly origin: URL; readonly challenge?: Challenge }> {
  try {
    return await greet(new URL(`https://${host}`), ask);
  } catch (thrown) {
    const mayBePlain = thrown instanceof HttpError && /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
    if (!mayBePlain) throw thrown;
    return greet(new URL(`http://${host}`), ask).catch(() => Promise.reject(thrown));
  }
}

async function greet(origin: URL, ask: Ask): Promise<{ readonly origin: URL; readonly challenge?: Challenge }> {
  const answer = await ask(new URL('/v2/', origin));
  if (answer.status === 200) return { origin };
  if (answer.status !== 401) throw new RefusedError(answer);
  return { origin, challenge: readChallenge(answer.header('www-authenticate'), origin) };
}

const tokenAnswer = v.object({ token: v.optional(v.string()), access_token: v.optional(v.string()) });

/** The header that proves who asks; undefined: nobody in particular. */
async function authorize(
  challenge: Challenge,
  name: string,
  { login, onSecret }: RepositoryAccess,
  ask: Ask,
): Promise<string | undefined> {
  const basic = login && 'password' in login ? basicOf(login) : undefined;
  if (challenge.scheme === 'basic') return basic;
  const { realm, service } = challenge;
  const wanted = { ...(service !== undefined && { service }), scope: `repository:${name}:pull,push` };
  const answer =
    login !== undefined && 'identitytoken' in login
      ? await ask(realm, refresh({ ...wanted, refresh_token: login.identitytoken }))
      : await ask(withQuery(realm, wanted), { authorization: basic });
  if (answer.status !== 200) throw new RefusedError(answer);
  const parsed = v.safeParse(tokenAnswer, jsonOf(answer));
  const token = parsed.success ? (parsed.output.token ?? parsed.output.access_token) : undefined;
  if (token === undefined || token === '') throw new Error('the registry gave no token');
  onSecret(token);
  return `Bearer ${token}`;
}

function basicOf({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function refresh(fields: Readonly<Record<string, string>>): Asked {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'sti', ...fields }).toString();
  return { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
}

function withQuery(url: URL, fields: Readonly<Record<string, string>>): URL {
  const asked = new URL(url);
  for (const [name, value] of Object.entries(fields)) asked.searchParams.set(name, value);
  return asked;
}

const errorAnswer = v.object({
  errors: v.array(v.object({ code: v.optional(v.string(), ''), message: v.optional(v.string(), '') })),
});

/** `401 Unauthorized: authentication required` */
function wordsOf(answer: Answer): string {
  const parsed = v.safeParse(errorAnswer, jsonOf(answer));
  const [first] = parsed.success ? parsed.output.errors : [];
  const words = (first?.message || first?.code || '').trim().slice(0, 300);
  return words === '' ? answer.statusText : `${answer.statusText}: ${words}`;
}

function jsonOf({ content }: Answer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}
