import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { messageOf } from '../../../errors.ts';
import { type Completion, type Kind, textOf, WrongValue } from './kind.ts';

interface TextKind {
  readonly placeholder: string;
  /** What an error says was expected; a text without a pattern can't be wrong. */
  readonly expected?: string;
  readonly pattern?: RegExp;
  readonly completes?: Completion;
}

/** Anything that is one text. */
export function text({
  placeholder,
  expected = 'a text',
  pattern = /^/,
  completes,
}: TextKind): Kind<string, undefined> {
  const parse = (written: string): string => {
    if (pattern.test(written)) return written;
    throw new WrongValue();
  };
  return {
    placeholder,
    expected,
    schema: { type: 'string', minLength: 1, ...(pattern.source !== '^' && { pattern: pattern.source }) },
    ...(completes && { completes }),
    absent: undefined,
    parse,
    print: (value) => [value],
    fromJson: (json) => parse(textOf(json)),
  };
}

/** A file or a folder of this machine. */
export function path(placeholder: 'FILE' | 'DIR'): Kind<string, undefined> {
  const completes = placeholder === 'FILE' ? 'file' : 'folder';
  return { ...text({ placeholder, completes }), relativeTo: (folder, value) => resolve(folder, value) };
}

/** A folder inside of the source. */
export const sourceFolder = text({ placeholder: 'DIR', completes: 'folder' });

/** A folder of a container, but not its root. */
export const containerPath = text({
  placeholder: 'DIR',
  expected: 'an absolute path of the container such as /opt/build',
  pattern: /^\/(?!(?:[^/]*\/)*\.\.(?:\/|$))(?!\/*$)[^\0\n]+$/,
});

/** As s2i takes them, so `(?i)` before it counts. */
export const regularExpression: Kind<RegExp, undefined> = {
  placeholder: 'REGEXP',
  expected: 'a regular expression such as \\.log$',
  schema: { type: 'string', minLength: 1 },
  absent: undefined,
  parse(written) {
    const [, flags = '', pattern = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(written) ?? [];
    try {
      return new RegExp(pattern, [...new Set(flags)].join(''));
    } catch (error) {
      throw new WrongValue(messageOf(error));
    }
  },
  print: ({ source, flags }) => [(flags === '' ? '' : `(?${flags})`) + source],
  fromJson: (json) => regularExpression.parse(textOf(json)),
};

/** The path of an HTTP request. */
export const urlPath = text({ placeholder: 'PATH', expected: 'a path such as /health', pattern: /^\/\S*$/ });

export const user = text({
  placeholder: 'USER',
  expected: 'a user such as 1001, 1001:0 or default',
  pattern: /^[^\s:]+(:[^\s:]+)?$/,
});

/** `dev.example.com`, or `.example.com` for all names below it. */
export const hostName = text({
  placeholder: 'NAME',
  expected: 'the name of a host such as dev.example.com, or .example.com for all below it',
  pattern: /^\.?[\w-]+(\.[\w-]+)*\.?$/,
});

const hostEntryKind = text({
  placeholder: 'NAME:ADDRESS',
  expected: 'a name and an address such as db.local:10.0.0.7',
  pattern: /^[\w-]+(\.[\w-]+)*:(host-gateway|[\da-fA-F.:]+)$/,
});

/** A host and where it is, as in `/etc/hosts`. */
export const hostEntry: Kind<string, undefined> = {
  ...hostEntryKind,
  parse: (written) => checkedEntry(hostEntryKind.parse(written)),
  fromJson: (json) => checkedEntry(hostEntryKind.fromJson(json)),
};

function checkedEntry(written: string): string {
  const at = written.slice(written.indexOf(':') + 1);
  if (at === 'host-gateway' || isIP(at) !== 0) return written;
  throw new WrongValue();
}

const addressKind = text({
  placeholder: 'ADDRESS',
  expected: 'an address such as 127.0.0.1',
  pattern: /^[\w.:-]+$/,
});

/** An address of this machine, or a name of it. */
export const address: Kind<string, undefined> = {
  ...addressKind,
  parse: (written) => checkedAddress(addressKind.parse(written)),
  fromJson: (json) => checkedAddress(addressKind.fromJson(json)),
};

function checkedAddress(written: string): string {
  if (isIP(written) !== 0 || /^[a-z_-][\w-]*(\.[\w-]+)*\.?$/i.test(written)) return written;
  throw new WrongValue();
}
