import type { PortWish } from '../../../run/wishes.ts';
import { type Kind, shownJson, textOf, WrongValue } from './kind.ts';

/** Any number of values of a kind. */
export function list<Value>(kind: Kind<Value>): Kind<readonly Value[], readonly Value[]> {
  const { placeholder, expected, completes, relativeTo } = kind;
  const join = (before: readonly Value[], after: readonly Value[]) => [...before, ...after];
  return {
    ...(placeholder !== undefined && { placeholder }),
    expected,
    schema: { type: 'array', items: kind.schema },
    ...(completes && { completes }),
    absent: [],
    parse: (written) => [kind.parse(written)],
    print: (values) => values.flatMap((value) => kind.print(value)),
    fromJson(json) {
      if (!Array.isArray(json)) throw new WrongValue('', { expected: 'an array', written: shownJson(json) });
      return json.map((item: unknown, index) => itemOf(kind, item, index));
    },
    join,
    ...(relativeTo && {
      relativeTo: (folder: string, values: readonly Value[]) => values.map((value) => relativeTo(folder, value)),
    }),
  };
}

function itemOf<Value>(kind: Kind<Value>, item: unknown, index: number): Value {
  try {
    return kind.fromJson(item);
  } catch (thrown) {
    if (!(thrown instanceof WrongValue)) throw thrown;
    const written = thrown.written === undefined ? shownJson(item) : thrown.written;
    const { message, expected } = thrown;
    throw new WrongValue(message, { at: `[${index}]${thrown.at}`, expected, written });
  }
}

/** Several of them in one word too, with commas. */
export function commaList<Value>(kind: Kind<Value>): Kind<readonly Value[], readonly Value[]> {
  return { ...list(kind), parse: (written) => written.split(',').map((part) => kind.parse(part)) };
}

const number = '(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';
const mapping = new RegExp(`^(?:(${number}):)?(${number})$`);

/** `8080`, or `HOST:CONTAINER`. */
const portMapping: Kind<PortWish, undefined> = {
  placeholder: 'HOST:CONTAINER',
  expected: 'a port such as 3000:8080 or 8080',
  schema: { type: ['string', 'integer'], pattern: `^(${number}:)?${number}$`, minimum: 1, maximum: 65_535 },
  absent: undefined,
  parse(written) {
    const [, host, container] = mapping.exec(written) ?? [];
    if (container === undefined) throw new WrongValue();
    return { host: Number(host ?? container), container: Number(container), asked: true };
  },
  print: ({ host, container }) => [`${host}:${container}`],
  fromJson: (json) => portMapping.parse(typeof json === 'number' ? String(json) : textOf(json)),
};

const mappings = list(portMapping);

/** Ports of this machine, each for one port of the container. */
export const ports: Kind<readonly PortWish[], readonly PortWish[]> = {
  ...mappings,
  join: (before, after) => onePortEach([...before, ...after]),
  fromJson: (json) => onePortEach(mappings.fromJson(json)),
};

function onePortEach(wishes: readonly PortWish[]): readonly PortWish[] {
  const twice = wishes.find(({ host }, index) => wishes.findIndex((other) => other.host === host) < index);
  if (twice === undefined) return wishes;
  throw new WrongValue(`port ${twice.host} of this machine is given twice`, { expected: 'a port of its own for each' });
}
