import { posix } from 'node:path';

/**
 * Whether a link at `path` with `target` stays inside the folder that paths are relative to: by its text alone,
 * which settles all but `winding` targets, those with a `..` after a name that may itself be a link.
 */
export function linkStaysInside(path: string, target: string): 'yes' | 'no' | 'winding' {
  if (target === '' || posix.isAbsolute(target)) return 'no';
  const normal = posix.normalize(posix.join(posix.dirname(path), target));
  if (normal === '..' || normal.startsWith('../')) return 'no';
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const firstName = parts.findIndex((part) => part !== '..');
  return firstName !== -1 && parts.lastIndexOf('..') > firstName ? 'winding' : 'yes';
}

/** The path of an archive's entry in its plain form (`''`: the folder itself); undefined when it leads out of the folder. */
export function safePath(name: string): string | undefined {
  if (name.startsWith('/') || name.includes('\0')) return undefined;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}
