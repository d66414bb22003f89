import type { Command } from '../command.ts';
import { type ConfigKey, configKeys } from './keys.ts';

type JsonType = 'object' | 'array' | 'string' | 'integer' | 'boolean';

/** As much of JSON Schema (draft 2020-12) as a configuration file needs. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type: JsonType | readonly JsonType[];
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly pattern?: string;
  /** What the pattern lets through; errors show them. */
  readonly examples?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: false | Schema;
}

const port = '(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';

/** What `.sti/config.json` may hold, made from the command table. */
export function configSchema(commands: readonly Command[]): Schema {
  const editor: Schema = { type: 'string', description: 'Where an editor finds this schema' };
  const properties = configKeys(commands).map((key): [string, Schema] => [key.name, keySchema(key)]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: '.sti/config.json',
    description: 'Options of sti build and sti dev for one application; the command line wins',
    type: 'object',
    properties: { $schema: editor, ...Object.fromEntries(properties) },
    additionalProperties: false,
  };
}

function keySchema({ description, option }: ConfigKey): Schema {
  const text: Schema = { description, type: 'string', minLength: 1 };
  if (option === undefined) return text;
  if (option.choices !== undefined) return { description, type: 'string', enum: option.choices };
  switch (option.value) {
    case undefined:
      return { description, type: 'boolean' };
    case 'N':
      return { description, type: 'integer', minimum: 1, maximum: 9 };
    case 'TIME':
      return { description, type: 'string', pattern: '^(?=.*[1-9])(\\d+(ms|s|m|h))+$', examples: ['500ms', '90s'] };
    case 'NAME=VALUE':
      return {
        description,
        type: 'object',
        propertyNames: { type: 'string', pattern: '^[^\\s=]+$', examples: ['NODE_ENV'] },
        additionalProperties: { type: 'string' },
      };
    case 'HOST:CONTAINER':
      return {
        description,
        type: 'array',
        items: {
          type: ['string', 'integer'],
          pattern: `^(${port}:)?${port}$`,
          examples: ['3000:8080', '8080'],
          minimum: 1,
          maximum: 65_535,
        },
      };
    default:
      return text;
  }
}
