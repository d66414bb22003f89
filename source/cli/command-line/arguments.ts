import { StiError } from '../../errors.ts';
import { invalid, type Kind } from '../options/kinds/kind.ts';
import type { CommandName } from './table.ts';

/** Parses an argument: IMAGE, TAG. @throws StiError `usage` */
export function readArgument<Value>(name: string, text: string, kind: Kind<Value>, command: CommandName): Value {
  try {
    return kind.parse(text);
  } catch (thrown) {
    throw new StiError('usage', invalid(name, text, kind, thrown), { hint: `See sti ${command} --help.` });
  }
}
