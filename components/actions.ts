import type { DevControls, ShellTarget } from '../source/dev/controls.ts';
import type { DevStore } from '../source/dev/state/store.ts';

/** One application of the dashboard. */
export interface DashboardApp {
  readonly name: string;
  readonly store: DevStore;
  /** Undefined until its session runs, and for a build. */
  readonly controls: () => DevControls | undefined;
}

/** What the dashboard has done for it, since it touches nothing but the screen. */
export interface DashboardActions {
  /** Resolves to what came of it, in words. */
  openUrl(url: string): Promise<string>;
  /** Resolves to where the lines were saved. */
  saveLog(app: string, lines: Iterable<string>): Promise<string>;
  shell(target: ShellTarget): void;
  suspend(): void;
  /** Asks for the end; the dashboard stays until it's closed. `hard`: it was asked for before. */
  quit(hard: boolean): void;
}
