import { parseSyncMapping, type SyncMapping, syncMapping } from '../../../protocol/sync-mappings.ts';
import { type Kind, shownJson, WrongValue } from './kind.ts';

const text = { type: 'string', minLength: 1 } as const;

/** Files of the source that are only copied, and where to: `src/**:/opt/app-root/src`. */
export const syncPair: Kind<SyncMapping, undefined> = {
  placeholder: 'FROM:TO',
  expected: 'files of the source and a folder of the image such as src/**:/opt/app-root/src',
  schema: { type: 'object', properties: { from: text, to: text }, additionalProperties: false },
  absent: undefined,
  parse(written) {
    const mapping = parseSyncMapping(written);
    if (mapping === undefined) throw new WrongValue();
    return mapping;
  },
  print: ({ from, to }) => [`${from}:${to}`],
  fromJson(json) {
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw new WrongValue('', { expected: 'an object with from and to', written: shownJson(json) });
    const { from, to, ...rest }: { from?: unknown; to?: unknown } = json;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) throw new WrongValue('', { expected: 'from and to alone', written: unknown });
    const mapping = typeof from === 'string' && typeof to === 'string' ? syncMapping(from, to) : undefined;
    if (mapping === undefined) throw new WrongValue('', { written: shownJson(json) });
    return mapping;
  },
};
