import { StiError } from '../../errors.ts';
import { addressKind } from '../../http/addresses.ts';
import type { Admit } from '../../http/connection.ts';

type Warn = (message: string) => void;

/**
 * Where a scripts URL may lead that the builder image names (docs/security.md): not to link-local addresses, at which
 * a cloud gives a machine its credentials; to this machine only with a warning.
 */
export function admitForImage(warn: Warn): Admit {
  return (address, url) => {
    const kind = addressKind(address);
    if (kind === 'link-local') throw linkLocal(address, url);
    if (kind === 'own') warnOfImageUrl(url.origin + url.pathname, warn);
  };
}

/** @param url of a script, without secrets */
export function warnOfImageUrl(url: string, warn: Warn): void {
  const folder = url.slice(0, url.lastIndexOf('/') + 1);
  warn(`the builder image takes its scripts from this machine: ${folder}`);
}

function linkLocal(address: string, { origin, pathname, hostname }: URL): StiError {
  const at = hostname.includes(address) ? '' : `, which is at ${address}`;
  return new StiError(
    'scripts',
    `the builder image takes its scripts from ${origin}${pathname}${at}: that is a link-local address, where clouds keep credentials`,
    { hint: 'If you trust it, name the URL yourself with --scripts; else use another builder image.' },
  );
}
