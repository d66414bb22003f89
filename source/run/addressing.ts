import { platform } from 'node:os';
import type { ContainerDetails, EngineAbout } from '../engine/engine.ts';
import { StiError } from '../errors.ts';

/** Where an application listens. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
}

/** How this machine gets at a container's ports. */
export type Addressing =
  /** By the container's own address. */
  | { readonly by: 'address' }
  /** By ports that the engine publishes: its containers are in a network that this machine has no way into. */
  | { readonly by: 'published'; readonly host: string; readonly on: string };

/** Docker Desktop and a remote engine keep their containers' addresses to themselves, and so does a rootless one. */
export function addressingOf(about: EngineAbout, system: string = platform()): Addressing {
  const { socketPath, rootless, address } = about;
  if (socketPath === undefined) return { by: 'published', host: hostOf(address), on: '' };
  if (system !== 'linux' || rootless || socketPath.includes('/.docker/desktop/'))
    return { by: 'published', host: '127.0.0.1', on: '127.0.0.1' };
  return { by: 'address' };
}

/** Where a port of an application's container answers. @throws StiError `app` when this machine has no way to it */
export function reachableUpstream(addressing: Addressing, details: ContainerDetails, port: number): Upstream {
  const upstream = upstreamOf(addressing, details, port);
  if (upstream !== undefined) return upstream;
  throw new StiError('app', `port ${port} of the application's container can't be reached`, {
    hint: 'Check whether the engine gives its containers a network (docker network ls).',
  });
}

/** Where a port of the container answers; undefined: nowhere. */
export function upstreamOf(addressing: Addressing, details: ContainerDetails, port: number): Upstream | undefined {
  if (addressing.by === 'address') return details.ipAddress === '' ? undefined : { host: details.ipAddress, port };
  const published = details.published.get(port);
  return published === undefined ? undefined : { host: addressing.host, port: published };
}

function hostOf(address: string): string {
  const { hostname } = new URL(address.replace(/^\w+:/, 'http:'));
  return hostname.replace(/^\[|\]$/g, '') || '127.0.0.1';
}
