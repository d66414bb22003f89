import { parseImageReference } from '../../protocol/image/reference.ts';
import type { StoredAuth } from '../endpoint/config.ts';
import type { RegistryAuth } from './auth.ts';

/**
 * The login that a file itself holds for an image: under its repository, which Podman allows, or under its registry, in
 * any of the ways in which clients write that. The nearest wins.
 */
export function storedFor(
  reference: string,
  serveraddress: string,
  auths: Readonly<Record<string, StoredAuth>>,
): RegistryAuth | undefined {
  const byName = new Map(Object.entries(auths).map(([key, stored]) => [nameOf(key), stored]));
  for (const name of namesFor(reference)) {
    const stored = byName.get(name);
    if (stored !== undefined) return authFrom(stored, serveraddress);
  }
  return undefined;
}

/** `registry.example/team/app`, `registry.example/team`, `registry.example` */
function namesFor(reference: string): string[] {
  const { domain = hub, repository } = parseImageReference(reference);
  const host = hostOf(domain);
  const path = host === hub && !repository.includes('/') ? `library/${repository}` : repository;
  const parts = [host, ...path.split('/')];
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

/** The docker client writes a URL for a registry; its path says nothing. */
function nameOf(key: string): string {
  const isUrl = /^https?:\/\//.test(key);
  const [host = '', ...path] = key
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
    .split('/');
  return isUrl || /^v[12]$/.test(path.join('/')) ? hostOf(host) : [hostOf(host), ...path].join('/');
}

const hub = 'docker.io';

function hostOf(host: string): string {
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? hub : host;
}

function authFrom(stored: StoredAuth, serveraddress: string): RegistryAuth | undefined {
  if (stored.identitytoken) return { serveraddress, identitytoken: stored.identitytoken };
  const decoded = Buffer.from(stored.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon > 0) {
    return { serveraddress, username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, '') };
  }
  const { username, password } = stored;
  return username && password ? { serveraddress, username, password } : undefined;
}
