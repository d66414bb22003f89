import type { PaneName } from '../screen/layout.ts';

/** What keys do now depends on these. */
export interface Facts {
  readonly screen: 'list' | 'app';
  readonly several: boolean;
  readonly focus: PaneName;
  readonly zoomed: boolean;
  /** A past build, or a request, is opened. */
  readonly opened: boolean;
  readonly searching: boolean;
  /** Only lines that match are shown. */
  readonly filtering: boolean;
  readonly following: boolean;
  readonly paused: boolean;
  /** sti is on its way out. */
  readonly ending: boolean;
  /** A live loop is there to be told something. */
  readonly live: boolean;
  /** The engine does not answer. */
  readonly away: boolean;
  readonly url: boolean;
  readonly shell: boolean;
  /** The newest build went wrong. */
  readonly failed: boolean;
  /** The application ended by itself, and nothing is served. */
  readonly exited: boolean;
  /** The method of the request under the cursor; undefined: there is none. */
  readonly request: string | undefined;
  /** There is one, and what it has over its builder is known. */
  readonly image: boolean;
  /** How many builds there are. */
  readonly builds: number;
  /** Something lies over the panes. */
  readonly overlay: boolean;
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
  | 'kind'
  | 'all-sources'
  | 'only-assemble'
  | 'only-app'
  | 'only-sti'
  | 'requests'
  | 'send-again'
  | 'follow'
  | 'search'
  | 'filter'
  | 'next-hit'
  | 'previous-hit'
  | 'next-error'
  | 'wrap'
  | 'fold'
  | 'times'
  | 'save'
  | 'palette'
  | 'inspect'
  | 'mark'
  | 'compare'
  | 'copy'
  | 'editor'
  | 'mouse'
  | 'smaller'
  | 'larger'
  | 'help'
  | 'suspend';

export const groups = ['Builds', 'Panes', 'Logs', 'Requests', 'Artifacts', 'sti'] as const;

type Now<Value> = Value | ((facts: Facts) => Value);

export interface KeyBinding {
  readonly command: Command;
  /** As `keyNames` gives them. */
  readonly keys: readonly string[];
  readonly group: (typeof groups)[number];
  /** Empty: its opposite explains it. */
  readonly help: string;
  /** Why it can't do anything now; undefined: it can. */
  readonly whyNot: (facts: Facts) => string | undefined;
  /** In the footer, while the key does something there; the lower the rank the longer it stays when room is short. */
  readonly footer?: { readonly label: Now<string>; readonly rank: Now<number> };
}
