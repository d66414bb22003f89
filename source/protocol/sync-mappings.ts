/** Files of the source that a build only copies, and the folder of the image that they go to. */
export interface SyncMapping {
  /** Relative, `/`-separated: a file, a folder with all below it, or a pattern with `*`, `?` and `**`. */
  readonly from: string;
  /** Absolute, without links. What the path has below the first part with a wildcard, or below the folder, stays below it. */
  readonly to: string;
}

/** A builder image's word for what it only copies: `FROM:TO`, several with commas, or JSON as in `.sti/config.json`. */
export const syncLabel = 'io.sti.sync';

const longest = 1024;
/** An image may say anything. */
const mostMappings = 100;
const isFrom = /^(?!\/)(?:(?:\*\*|(?!\.{1,2}(?:\/|$))(?:(?!\*\*)[^/\0\n])+)(?:\/(?=.)|$))+$/;
const isTo = /^(?:\/(?!\.{1,2}(?:\/|$))[^/\0\n]+)+$/;

/** Undefined: it is none. */
export function syncMapping(from: string, to: string): SyncMapping | undefined {
  const path = from.replace(/^\.\//, '').replace(/(?<=.)\/$/, '');
  const mapping = { from: path === '.' ? '**' : path, to: to.replace(/(?<=.)\/$/, '') };
  const fits = from.length <= longest && to.length <= longest && isFrom.test(mapping.from) && isTo.test(mapping.to);
  return fits ? mapping : undefined;
}

/** `src/**:/opt/app-root/src`; undefined: it is none. */
export function parseSyncMapping(text: string): SyncMapping | undefined {
  const [, from = '', to = ''] = /^([^:]+):(.+)$/s.exec(text.trim()) ?? [];
  return syncMapping(from, to);
}

/** Undefined where any of it is none. */
export function parseSyncLabel(text: string): readonly SyncMapping[] | undefined {
  if (text.length > longest * mostMappings) return undefined;
  const items: readonly unknown[] = text.trimStart().startsWith('[') ? jsonList(text) : text.split(',');
  if (items.length === 0 || items.length > mostMappings) return undefined;
  const mappings = items.flatMap((item) => {
    const mapping = typeof item === 'string' ? parseSyncMapping(item) : ofObject(item);
    return mapping === undefined ? [] : [mapping];
  });
  return mappings.length === items.length ? mappings : undefined;
}

function ofObject(item: unknown): SyncMapping | undefined {
  if (typeof item !== 'object' || item === null || !('from' in item) || !('to' in item)) return undefined;
  return typeof item.from === 'string' && typeof item.to === 'string' ? syncMapping(item.from, item.to) : undefined;
}

function jsonList(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
