import { redactEnv, redactUrl } from '../../protocol/redact.ts';
import { defaultText } from '../command-line/help.ts';
import { isSwitch } from '../options/table.ts';
import { type ConfigKey, type ConfigValues, configKeys, configTable } from './keys.ts';
import type { Layer } from './layers.ts';

/** A value as `sti config` shows it, and where it comes from: a configuration file or `default`. */
export interface EffectiveValue {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

type Entry = Pick<EffectiveValue, 'name' | 'value'>;

/**
 * Every key's value, without the secrets; a key that holds several, such as `env`, has a line for each. What a file may
 * not set has a line that says so.
 */
export function effectiveValues(layers: readonly Layer[]): EffectiveValue[] {
  return configKeys.flatMap((key) => [...counting(key, layers), ...leftOut(key, layers)]);
}

/** The strongest file's; of a key with names inside, each name's. */
function counting(key: ConfigKey, layers: readonly Layer[]): EffectiveValue[] {
  const rows = new Map<string, EffectiveValue>();
  for (const { file, values } of layers) {
    if (values[key] === undefined || (rows.size > 0 && !hasNames(key))) continue;
    for (const row of entries(key, values)) if (!rows.has(row.name)) rows.set(row.name, { ...row, origin: file });
  }
  return rows.size > 0 ? [...rows.values()] : [{ name: key, value: defaultOf(key), origin: 'default' }];
}

function leftOut(key: ConfigKey, layers: readonly Layer[]): EffectiveValue[] {
  return layers.flatMap(({ file, leftOut }) =>
    entries(key, leftOut).map((row) => ({ ...row, origin: `${file}, left out without --trust` })),
  );
}

function defaultOf(key: ConfigKey): string {
  if (key === 'image' || key === 'tag') return '-';
  return defaultText(key) ?? (isSwitch(key) ? 'off' : '-');
}

function hasNames(key: ConfigKey): boolean {
  return configTable[key].kind.schema.type === 'object';
}

function entries<Key extends ConfigKey>(key: Key, values: ConfigValues): Entry[] {
  const value = values[key];
  if (value === undefined) return [];
  const words = configTable[key].kind.print(value);
  if (words.length === 0) return [{ name: key, value: 'none' }];
  if (!hasNames(key)) return [{ name: key, value: words.map(redactUrl).join(', ') }];
  return words.map((word) => {
    const [, name = '', text = ''] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    return { name: `${key}.${name}`, value: redactEnv(name, text) };
  });
}
