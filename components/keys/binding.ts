import type { KeyBinding } from './commands.ts';
import type { WhyNot } from './why-not.ts';

/** A row of the table. */
export const key = (
  command: KeyBinding['command'],
  keys: readonly string[],
  group: KeyBinding['group'],
  help: string,
  whyNot: WhyNot,
  footer?: KeyBinding['footer'],
): KeyBinding => ({ command, keys, group, help, whyNot, ...(footer && { footer }) });
/** Its words in the footer, and how long they stay. */
export const shown = (
  label: NonNullable<KeyBinding['footer']>['label'],
  rank: NonNullable<KeyBinding['footer']>['rank'],
) => ({
  label,
  rank,
});
