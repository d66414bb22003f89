import { type EnvironmentVariable, splitAssignments } from '../../../protocol/environment.ts';
import { type Kind, shownJson, WrongValue } from './kind.ts';

const placeholder = 'NAME=VALUE';
const expected = 'NAME=VALUE';
const nameSchema = { type: 'string', pattern: '^[^\\s=]+$' } as const;

/** A value may be a secret. A text without "=" is most likely a name. */
const hide = (written: string): string => written.replace(/=.*$/s, '=…');

/** Variables, in the order given: `-e NAME=VALUE`, and several with commas. */
export const variables: Kind<readonly EnvironmentVariable[], readonly EnvironmentVariable[]> = {
  placeholder,
  expected,
  schema: { type: 'object', propertyNames: nameSchema, additionalProperties: { type: 'string' } },
  absent: [],
  parse: (written) => splitAssignments(written).map(assignment),
  print: (values) => values.map(({ name, value }) => `${name}=${value}`),
  fromJson: entriesOf,
  join: (before, after) => [...before, ...after],
  hide,
};

/** Labels: the last of a name counts. */
export const labels: Kind<Readonly<Record<string, string>>, Readonly<Record<string, string>>> = {
  placeholder,
  expected,
  schema: variables.schema,
  absent: {},
  parse: (written) => record([assignment(written)]),
  print: (values) => Object.entries(values).map(([name, value]) => `${name}=${value}`),
  fromJson: (json) => record(entriesOf(json)),
  join: (before, after) => ({ ...before, ...after }),
  under: (weaker, stronger) => ({ ...weaker, ...stronger }),
  hide,
};

function assignment(written: string): EnvironmentVariable {
  const equals = written.indexOf('=');
  const name = equals === -1 ? '' : written.slice(0, equals);
  if (name === '' || /\s/.test(name)) throw new WrongValue();
  return { name, value: written.slice(equals + 1) };
}

/** An object's own texts, as they are: a comma separates nothing here. */
function entriesOf(json: unknown): EnvironmentVariable[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new WrongValue('', { expected: 'an object', written: shownJson(json) });
  }
  return Object.entries(json).map(([name, value]: [string, unknown]) => {
    const at = /^[\w$-]+$/.test(name) ? `.${name}` : `.${JSON.stringify(name)}`;
    if (!/^[^\s=]+$/.test(name)) throw new WrongValue('', { at, written: null, expected: 'a name such as NODE_ENV' });
    if (typeof value !== 'string') throw new WrongValue('', { at, written: null, expected: 'a string' });
    return { name, value };
  });
}

function record(values: readonly EnvironmentVariable[]): Record<string, string> {
  return Object.fromEntries(values.map(({ name, value }) => [name, value]));
}
