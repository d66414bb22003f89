import { insteadOf } from '../command-line/elsewhere.ts';
import { nearest } from '../command-line/suggest.ts';
import { variables } from '../options/kinds/assignment.ts';
import { invalid, type Kind, shownJson, textOf } from '../options/kinds/kind.ts';
import { imageReference, outputReference } from '../options/kinds/reference.ts';
import { text } from '../options/kinds/text.ts';
import { type MutableOptions, type OptionName, optionNames, options, optionsBySpelling } from '../options/table.ts';
import { type ConfigValues, isConfigurable } from './keys.ts';
import { isRecord } from './values.ts';

export interface S2iConfig {
  readonly values: ConfigValues;
  readonly source: string | undefined;
  readonly problems: readonly string[];
  /** Flags that no file sets; s2i's `--ca` is another option than sti's. */
  readonly never: readonly string[];
}

const topKeys = ['source', 'builderImage', 'tag', 'flags'];
const sourceKind = text({ placeholder: 'SOURCE' });

/**
 * Reads what s2i keeps: `{source, builderImage, tag, flags}`, flags as texts under their long names, each variable as
 * `env-N`.
 * @param folder what paths in it are relative to
 */
export function parseS2iConfig(json: unknown, folder: string): S2iConfig {
  const problems: string[] = [];
  if (!isRecord(json)) {
    problems.push(`Invalid value ${shownJson(json)}: expected an object`);
    return { values: {}, source: undefined, problems, never: [] };
  }
  for (const key of Object.keys(json)) if (!topKeys.includes(key)) problems.push(unknown('key', key, topKeys));
  const read = <Value>(name: string, kind: Kind<Value>): Value | undefined => {
    const written = json[name];
    if (written === undefined || written === '') return undefined;
    return attempt(name, kind, problems, () => kind.fromJson(written));
  };
  const { flags = {} } = json;
  if (!isRecord(flags)) problems.push(`Invalid value ${shownJson(flags)} for flags: expected an object`);
  const { values, never } = readFlags(isRecord(flags) ? flags : {}, folder, problems);
  const [image, tag] = [read('builderImage', imageReference), read('tag', outputReference)];
  const source = read('source', sourceKind);
  return { values: { ...values, ...(image && { image }), ...(tag && { tag }) }, source, problems, never };
}

function readFlags(flags: Readonly<Record<string, unknown>>, folder: string, problems: string[]) {
  const values: MutableOptions = {};
  const never: string[] = [];
  const read = <Name extends OptionName>(name: Name, flag: string, written: string): void => {
    const { kind } = options[name];
    attempt(`flags.${flag}`, kind, problems, () => {
      const parts = kind.join === undefined ? [written] : partsOf(written);
      for (const part of parts) {
        const value = kind.parse(part);
        const before = values[name];
        const placed = kind.relativeTo?.(folder, value) ?? value;
        values[name] = before === undefined || kind.join === undefined ? placed : kind.join(before, placed);
      }
    });
  };
  for (const [flag, json] of Object.entries(flags).toSorted(byNumber)) {
    const written = attempt(`flags.${flag}`, sourceKind, problems, () => (json === '' ? '' : textOf(json)));
    const name = optionsBySpelling.get(`--${flag}`);
    if (!written || name === 'useConfig') continue;
    if (/^env-\d+$/.test(flag)) {
      const equals = Math.max(written.indexOf('='), 0);
      const entry = { [written.slice(0, equals)]: written.slice(equals + 1) };
      const added = attempt(`flags.${flag}`, variables, problems, () => variables.fromJson(entry));
      values.env = [...(values.env ?? []), ...(added ?? [])];
    } else if (name !== undefined && name !== 'ca' && isConfigurable(name)) read(name, flag, written);
    else if (name !== undefined || insteadOf(`--${flag}`) !== undefined) never.push(flag);
    else problems.push(unknown('flag', flag, longNames));
  }
  return { values, never };
}

const longNames = optionNames.flatMap((name) => options[name].names.map((written) => written.replace(/^--?/, '')));

/** A list as s2i prints it: `[one,two]`. */
function partsOf(written: string): string[] {
  const [, inner] = /^\[(.*)\]$/s.exec(written) ?? [];
  return inner === undefined ? [written] : inner.split(',').filter((part) => part !== '');
}

/** `env-2` before `env-10`: of one variable the last counts. */
function byNumber([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return Number(/\d+$/.exec(one)?.[0] ?? 0) - Number(/\d+$/.exec(other)?.[0] ?? 0);
}

function attempt<Value>(
  name: string,
  kind: Pick<Kind<unknown>, 'expected' | 'hide'>,
  problems: string[],
  parse: () => Value,
): Value | undefined {
  try {
    return parse();
  } catch (thrown) {
    problems.push(invalid(name, '…', kind, thrown));
    return undefined;
  }
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const shown = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
  const meant = nearest(name, known);
  return `unknown ${what} ${shown}${meant === undefined ? '' : `, did you mean ${meant}?`}`;
}
