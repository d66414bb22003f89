import type { PaneName } from './layout.ts';

/** What keys do now depends on these. */
export interface Facts {
  readonly screen: 'list' | 'app';
  readonly several: boolean;
  readonly focus: PaneName;
  readonly zoomed: boolean;
  /** A past build is opened. */
  readonly opened: boolean;
  readonly searching: boolean;
  readonly following: boolean;
  readonly paused: boolean;
  /** sti is on its way out. */
  readonly ending: boolean;
  /** A live loop is there to be told something. */
  readonly live: boolean;
  readonly url: boolean;
  readonly shell: boolean;
  /** The newest build went wrong. */
  readonly failed: boolean;
  /** The application ended by itself, and nothing is served. */
  readonly exited: boolean;
  readonly help: boolean;
}

export type Command =
  | 'quit'
  | 'build'
  | 'build-all'
  | 'build-clean'
  | 'restart'
  | 'pause'
  | 'open'
  | 'shell'
  | 'next-pane'
  | 'previous-pane'
  | 'zoom'
  | 'back'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'enter'
  | 'expand'
  | 'collapse'
  | 'all-sources'
  | 'only-assemble'
  | 'only-app'
  | 'only-sti'
  | 'follow'
  | 'search'
  | 'next-hit'
  | 'previous-hit'
  | 'next-error'
  | 'wrap'
  | 'times'
  | 'save'
  | 'help'
  | 'suspend';

export const groups = ['Builds', 'Panes', 'Logs', 'Artifacts', 'sti'] as const;

type Now<Value> = Value | ((facts: Facts) => Value);

export interface KeyBinding {
  readonly command: Command;
  /** As `keyNames` gives them. */
  readonly keys: readonly string[];
  readonly group: (typeof groups)[number];
  readonly help: string;
  /** In the footer, while the key does something there; the lower the rank the longer it stays when room is short. */
  readonly footer?: { readonly label: Now<string>; readonly rank: Now<number> };
  readonly when: (facts: Facts) => boolean;
}
