import { parseDuration } from '../../../terminal/duration.ts';
import { type Kind, shownJson, textOf, WrongValue } from './kind.ts';

/** A whole number. */
export function count({ min, max }: { readonly min: number; readonly max: number }): Kind<number, undefined> {
  const checked = (value: number): number => {
    if (value >= min && value <= max) return value;
    throw new WrongValue();
  };
  return {
    placeholder: 'N',
    expected: `a whole number from ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    absent: undefined,
    parse: (written) => checked(/^(0|[1-9]\d{0,8})$/.test(written) ? Number(written) : Number.NaN),
    print: (value) => [String(value)],
    fromJson(json) {
      if (typeof json === 'number' && Number.isInteger(json)) return checked(json);
      throw new WrongValue('', { written: shownJson(json) });
    },
  };
}

/** A number with up to two decimal places. */
export function decimal({ min, max }: { readonly min: number; readonly max: number }): Kind<number, undefined> {
  const parse = (written: string): number => {
    const value = /^\d{1,9}(\.\d{1,2})?$/.test(written) ? Number(written) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new WrongValue();
  };
  return {
    placeholder: 'N',
    expected: `a number from ${min} to ${max}`,
    schema: { type: 'number', minimum: min, maximum: max },
    absent: undefined,
    parse,
    print: (value) => [String(value)],
    fromJson(json) {
      if (typeof json === 'number') return parse(String(json));
      throw new WrongValue('', { written: shownJson(json) });
    },
  };
}

/** Milliseconds, written as `500ms`, `90s`, `1h30m`. */
export const duration: Kind<number, undefined> = {
  placeholder: 'TIME',
  expected: 'a duration such as 50ms',
  schema: { type: 'string', pattern: '^(?=.*[1-9])(\\d+(ms|s|m|h))+$' },
  absent: undefined,
  parse(written) {
    const ms = parseDuration(written);
    if (ms !== undefined) return ms;
    if (!/^(\d+(ms|s|m|h))+$/.test(written)) throw new WrongValue();
    throw new WrongValue(/[1-9]/.test(written) ? 'the longest is 24 days' : 'it must be longer than nothing');
  },
  print: (ms) => [printDuration(ms)],
  fromJson: (json) => duration.parse(textOf(json)),
};

const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** `5400000` → `1h30m` */
function printDuration(ms: number): string {
  let rest = ms;
  let text = '';
  for (const [unit, size] of units) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) text += `${amount}${unit}`;
  }
  return text;
}

const sizes = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 } as const;
type SizeUnit = keyof typeof sizes;
const unitNames = ['GB', 'MB', 'KB', 'B'] as const;

interface SizeRange {
  /** What a number without a unit counts. */
  readonly unit: SizeUnit;
  /** Bytes. */
  readonly min: number;
  readonly max: number;
}

/** Bytes, written as `64MB`, `64m`, `1GiB`; as engines have it, a kilobyte is 1024 of them. */
export function size({ unit, min, max }: SizeRange): Kind<number, undefined> {
  const checked = (bytes: number): number => {
    if (bytes >= min && bytes <= max) return bytes;
    throw new WrongValue(`from ${printSize(min)} to ${printSize(max)}`);
  };
  const parse = (written: string): number => {
    const [, amount, prefix] = /^([1-9]\d{0,14})(b|[kmg](?:i?b)?)?$/i.exec(written) ?? [];
    if (amount === undefined) throw new WrongValue();
    return checked(Number(amount) * (prefix === undefined ? sizes[unit] : sizeOf(prefix)));
  };
  return {
    placeholder: 'SIZE',
    expected: 'a size such as 64MB',
    schema: { type: ['integer', 'string'], minimum: 1, pattern: '^[1-9]\\d*([bB]|[kKmMgG]([iI]?[bB])?)?$' },
    absent: undefined,
    parse,
    print: (bytes) => [printSize(bytes)],
    fromJson: (json) => (typeof json === 'number' ? parse(String(json)) : parse(textOf(json))),
  };
}

function sizeOf(suffix: string): number {
  const unit = unitNames.find((name) => suffix.toUpperCase().startsWith(name.charAt(0)));
  return unit === undefined ? Number.NaN : sizes[unit];
}

function printSize(bytes: number): string {
  const unit = unitNames.find((name) => bytes % sizes[name] === 0) ?? 'B';
  return `${bytes / sizes[unit]}${unit}`;
}
