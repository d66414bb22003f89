import type { Argument } from '../command-line/command.ts';
import { commandNames } from '../command-line/table.ts';
import type { Completion } from '../options/kinds/kind.ts';

/** What a shell offers for an argument. */
export function completionOf({ completes }: Argument): Completion | undefined {
  return completes === 'command' ? commandNames : completes;
}
