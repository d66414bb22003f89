import { redactEnv, redactUrl } from '../../protocol/redact.ts';
import type { Command } from '../command.ts';
import { isRecord } from './check.ts';
import { type ConfigKey, configKeys } from './keys.ts';
import type { Config } from './read.ts';

/** A value as `sti config` shows it, and where it comes from: the configuration file or `default`. */
export interface EffectiveValue {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

/** Every key's value, without the secrets; a key that holds several, such as `env`, has a line for each. */
export function effectiveValues(commands: readonly Command[], config: Config | undefined): EffectiveValue[] {
  return configKeys(commands).flatMap((key) => {
    const value = config?.values[key.name];
    if (config === undefined || value === undefined) {
      return [{ name: key.name, value: defaultOf(key), origin: 'default' }];
    }
    return entries(key.name, value).map((entry) => ({ ...entry, origin: config.file }));
  });
}

function defaultOf({ option }: ConfigKey): string {
  return option?.default ?? (option !== undefined && option.value === undefined ? 'off' : '-');
}

function entries(name: string, value: unknown): { name: string; value: string }[] {
  if (Array.isArray(value)) return [{ name, value: value.length === 0 ? 'none' : value.join(', ') }];
  if (!isRecord(value)) return [{ name, value: shown(value) }];
  const inside = Object.entries(value).map(([key, text]) => ({
    name: `${name}.${key}`,
    value: redactEnv(key, String(text)),
  }));
  return inside.length === 0 ? [{ name, value: 'none' }] : inside;
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return redactUrl(String(value));
}
