import { isIP } from 'node:net';

/** Whether a request with this `Host` is answered. */
export type HostCheck = (host: string) => boolean;

/**
 * Answers requests to `localhost` and names below it, to addresses, and to the names given; a name that begins with a dot
 * stands for all below it as well. Only names can be made to lead to this machine by others, so addresses need no list.
 */
export function allowHosts(names: readonly string[]): HostCheck {
  const exact = new Set(['localhost', ...names.map((name) => plain(name.replace(/^\./, '')))]);
  const below = ['.localhost', ...names.filter((name) => name.startsWith('.')).map(plain)];
  return (host) => {
    const [, address, name] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
    if (address !== undefined) return isIP(address) === 6;
    if (name === undefined) return false;
    const wanted = plain(name);
    return isIP(wanted) === 4 || exact.has(wanted) || below.some((end) => wanted.endsWith(end));
  };
}

/** In small letters, without the dot that ends a full name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
