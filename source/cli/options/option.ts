import type { Kind } from './kinds/kind.ts';

/** One option, the same in every command that has it: all that parsing, help, completion, docs and configuration know. */
export interface Option<Value = unknown, Absent extends Value | undefined = Value | undefined> {
  /** Every spelling: the short one first, then the canonical long one, then its aliases. */
  readonly names: readonly [string, ...string[]];
  readonly kind: Kind<Value, Absent>;
  /** In the imperative, under 60 characters, without a full stop. */
  readonly help: string;
  /** The value when nobody gives one. */
  readonly default?: Value;
  /** What holds when nobody gives a value, where that is no value: `the image's exposed ports`. */
  readonly otherwise?: string;
  readonly hidden?: true;
  /**
   * Who may set it by a configuration file. Absent: only whoever runs sti, in their own file or a folder's that they trust,
   * since it may say where something is sent, what is read or what is removed.
   * `folder`: the folder that is built too, because it says how that is done. `folder-inside`: the same, where the value
   * names something inside of the folder or the builder image. `nobody`: it is about this one run.
   */
  readonly configuredBy?: 'folder' | 'folder-inside' | 'nobody';
}

/** What an option's values are. */
export type ValueOf<Entry extends Option> = Entry extends { readonly kind: Kind<infer Value> } ? Value : never;

/** What an option is when nobody gives a value. */
export type AbsentOf<Entry extends Option> = Entry extends { readonly default: unknown }
  ? ValueOf<Entry>
  : Entry['kind']['absent'];
