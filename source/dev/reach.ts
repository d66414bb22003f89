import { platform } from 'node:os';
import type { ContainerDetails, EngineAbout } from '../engine/engine.ts';
import type { Upstream } from './proxy.ts';

/** How this machine gets at a container's ports. */
export type Reach =
  /** By the container's own address. */
  | { readonly by: 'address' }
  /** By ports that the engine publishes: its containers are in a network that this machine has no way into. */
  | { readonly by: 'published'; readonly host: string; readonly on: string };

/** Docker Desktop and a remote engine keep their containers' addresses to themselves, and so does a rootless one. */
export function reachOf(about: EngineAbout, system: string = platform()): Reach {
  const { socketPath, rootless, address } = about;
  if (socketPath === undefined) return { by: 'published', host: hostOf(address), on: '' };
  if (system !== 'linux' || rootless || socketPath.includes('/.docker/desktop/'))
    return { by: 'published', host: '127.0.0.1', on: '127.0.0.1' };
  return { by: 'address' };
}

/** Where a port of the container answers; undefined: nowhere. */
export function upstreamOf(reach: Reach, details: ContainerDetails, port: number): Upstream | undefined {
  if (reach.by === 'address') return details.ipAddress === '' ? undefined : { host: details.ipAddress, port };
  const published = details.published.get(port);
  return published === undefined ? undefined : { host: reach.host, port: published };
}

function hostOf(address: string): string {
  const { hostname } = new URL(address.replace(/^\w+:/, 'http:'));
  return hostname.replace(/^\[|\]$/g, '') || '127.0.0.1';
}
