import { nearest } from '../command-line/suggest.ts';
import { invalid, shownJson } from '../options/kinds/kind.ts';
import { type ConfigKey, type ConfigValue, type ConfigValues, configKeys, configTable, isConfigKey } from './keys.ts';

type Writable = { -readonly [Key in keyof ConfigValues]: ConfigValues[Key] };

/**
 * The values of a configuration file, and every problem that it has, in its order.
 * @param folder what paths in it are relative to
 */
export function parseValues(json: unknown, folder: string): { values: ConfigValues; problems: readonly string[] } {
  if (!isRecord(json)) return { values: {}, problems: [`Invalid value ${shownJson(json)}: expected an object`] };
  const values: Writable = {};
  const problems: string[] = [];
  const read = <Key extends ConfigKey>(key: Key): void => {
    const { kind } = configTable[key];
    try {
      const value = kind.fromJson(json[key]);
      const placed: ConfigValue[Key] = kind.relativeTo?.(folder, value) ?? value;
      values[key] = placed;
    } catch (thrown) {
      problems.push(invalid(key, String(json[key]), kind, thrown));
    }
  };
  for (const name of Object.keys(json)) {
    if (name === '$schema' || json[name] === undefined) continue;
    if (isConfigKey(name)) read(name);
    else problems.push(unknownKey(name));
  }
  return { values, problems };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Some of the values. */
export function valuesOf(values: ConfigValues, keys: readonly ConfigKey[]): ConfigValues {
  const some: Writable = {};
  const copy = <Key extends ConfigKey>(key: Key): void => {
    some[key] = values[key];
  };
  for (const key of keys) copy(key);
  return some;
}

function unknownKey(name: string): string {
  // A key with anything odd in it is quoted, so that the message stays one line and can be read.
  const shown = /^[\w$-]+$/.test(name) ? name : JSON.stringify(name);
  const meant = nearest(name, configKeys);
  return meant === undefined ? `unknown key ${shown}` : `unknown key ${shown}, did you mean ${meant}?`;
}
