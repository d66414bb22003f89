import { nearest } from '../suggest.ts';
import type { Schema } from './schema.ts';

/** What is wrong with a value at a path, such as `env.PORT: must be a string`; without the value, which may be secret. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Every problem that a parsed JSON value has with a schema, in the order of the file. */
export function checkValue(value: unknown, schema: Schema, path = ''): Problem[] {
  const types = [schema.type].flat();
  if (!types.some((type) => isOfType[type](value))) {
    return [{ path, message: `must be ${types.map((type) => typeNames[type]).join(' or ')}` }];
  }
  if (typeof value === 'string') return asProblems(path, textProblem(value, schema));
  if (typeof value === 'number') return asProblems(path, numberProblem(value, schema));
  const { items } = schema;
  if (Array.isArray(value)) {
    return items === undefined ? [] : value.flatMap((item, index) => checkValue(item, items, `${path}[${index}]`));
  }
  return isRecord(value) ? Object.entries(value).flatMap(([key, item]) => checkProperty(key, item, schema, path)) : [];
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const typeNames = {
  object: 'an object',
  array: 'an array',
  string: 'a string',
  integer: 'a whole number',
  boolean: 'true or false',
} as const;

const isOfType: Readonly<Record<keyof typeof typeNames, (value: unknown) => boolean>> = {
  object: isRecord,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

function checkProperty(key: string, value: unknown, schema: Schema, path: string): Problem[] {
  const { properties = {}, propertyNames, additionalProperties } = schema;
  const keyPath = path === '' ? shownKey(key) : `${path}.${shownKey(key)}`;
  const wrongName = propertyNames && textProblem(key, propertyNames);
  if (wrongName !== undefined) return [{ path: keyPath, message: `the name ${wrongName}` }];
  const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
  if (known === undefined) return [];
  if (known !== false) return checkValue(value, known, keyPath);
  const meant = nearest(key, Object.keys(properties));
  return [{ path: keyPath, message: meant === undefined ? 'unknown key' : `unknown key, did you mean ${meant}?` }];
}

/** A key with anything odd in it is quoted, so that the path stays one line and can be read. */
function shownKey(key: string): string {
  return /^[\w$-]+$/.test(key) ? key : JSON.stringify(key);
}

function textProblem(text: string, { enum: choices, minLength = 0, pattern, examples }: Schema): string | undefined {
  if (choices?.includes(text) === false) return `must be one of ${choices.join(', ')}`;
  if (text.length < minLength) return 'must not be empty';
  if (pattern === undefined || new RegExp(pattern, 'u').test(text)) return undefined;
  return `must be like ${examples?.join(' or ')}`;
}

function numberProblem(number: number, { minimum = -Infinity, maximum = Infinity }: Schema): string | undefined {
  return number < minimum || number > maximum ? `must be from ${minimum} to ${maximum}` : undefined;
}

function asProblems(path: string, message: string | undefined): Problem[] {
  return message === undefined ? [] : [{ path, message }];
}
