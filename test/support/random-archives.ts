import fc from 'fast-check';
import { type RawHeader, rawEntry, rawPax } from './raw-tar.ts';

/** A few names that meet again and again, some of them hostile; `CANARY` is the path of the host's folder. */
const name = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
  },
  fc.constantFrom(
    '',
    '.',
    './a',
    'a/',
    '/a',
    '../a',
    'a/../b',
    'a/../../x',
    'caf\xe9',
    'CANARY',
    'CANARY/secret.txt',
    'a\\b',
  ),
);
const header: fc.Arbitrary<RawHeader> = fc.record(
  {
    name,
    linkname: fc.oneof(name, fc.constantFrom('..', '../..', 'a/..', 'a/../..')),
    type: fc.constantFrom('0', '0', '0', '1', '1', '2', '2', '2', '5', '\0', '3', '6', '7', 'S', 'L', 'K', 'V', '?'),
    size: fc.constantFrom('0', '1', '1000', '77777777777', '\xff\xff', 'z'),
    mode: fc.constantFrom('0000644', '0004755', '0000000', '\xff'),
    prefix: fc.constantFrom('', 'a', '..', '/'),
  },
  { requiredKeys: ['name', 'type'] },
);
const pax = fc.dictionary(fc.constantFrom('path', 'linkpath', 'size', 'GNU.sparse.name', 'comment', '__proto__'), name);
const part = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(header, fc.string({ maxLength: 600 })).map(
      ([fields, content]) =>
        (root: string) =>
          rawEntry(within(fields, root), content),
    ),
  },
  fc.tuple(pax, fc.constantFrom<'x' | 'g'>('x', 'x', 'g')).map(
    ([records, type]) =>
      (root: string) =>
        rawPax(
          Object.fromEntries(Object.entries(records).map(([key, value]) => [key, value.replace('CANARY', root)])),
          type,
        ),
  ),
);

function within(fields: RawHeader, root: string): RawHeader {
  const { name = '', linkname = '' } = fields;
  return { ...fields, name: name.replace('CANARY', root), linkname: linkname.replace('CANARY', root) };
}

export function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

/** The pieces of an archive, given the path of the folder that they are hostile to. */
export const archiveParts = fc.array(part, { maxLength: 8 });
