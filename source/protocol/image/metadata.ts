import { messageOf, StiError } from '../../errors.ts';
import { metadataFile } from '../paths.ts';

/**
 * The labels in the file that assemble may write: `{"labels":[{"NAME":"VALUE"},…]}` (docs/protocol.md, "commit"). Other
 * top-level keys are ignored; a name that comes twice has its last value.
 * @throws StiError `labels` that says what is wrong where
 */
export function parseImageMetadata(text: string): Record<string, string> {
  const { labels } = asObject(parseJson(text), 'the file');
  if (labels === undefined) return {};
  if (!Array.isArray(labels)) throw malformed(`"labels" must be a list, not ${kindOf(labels)}`);
  const items: readonly unknown[] = labels;
  const pairs = items.flatMap((item, index) =>
    Object.entries(asObject(item, `labels[${index}]`)).map(checkPair(index)),
  );
  return Object.fromEntries(pairs);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw malformed(text.trim() === '' ? 'it is empty' : `it is not JSON: ${messageOf(cause)}`, cause);
  }
}

function asObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw malformed(`${where} must be an object, not ${kindOf(value)}`);
}

function checkPair(index: number): (pair: [string, unknown]) => [string, string] {
  return ([name, value]) => {
    if (name === '') throw malformed(`labels[${index}] has a label without a name`);
    if (typeof value === 'string') return [name, value];
    throw malformed(`labels[${index}] has ${kindOf(value)} for "${name}", which must be a string`);
  };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The error of a metadata file that can't be used. */
export function malformed(why: string, cause?: unknown): StiError {
  return new StiError('labels', `${metadataFile}, which assemble wrote, is malformed: ${why}`, {
    cause,
    hint: 'Make assemble write {"labels":[{"NAME":"VALUE"}]}, with strings as values, or no such file.',
  });
}
