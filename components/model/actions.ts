import type { DevControls, ShellTarget } from '../../source/dev/controls.ts';
import type { DevStore } from '../../source/dev/state/store.ts';
import type { FileHere } from '../log/files.ts';

/** One application of the dashboard. */
export interface DashboardApp {
  readonly name: string;
  readonly store: DevStore;
  /** The user's folder, absolute. */
  readonly folder: () => string;
  readonly fileHere: FileHere;
  /** Undefined until its session runs, and for a build. */
  readonly controls: () => DevControls | undefined;
}

/** What the dashboard has done for it, since it touches nothing but the screen. */
export interface DashboardActions {
  /** Resolves to what came of it, in words. */
  openUrl(url: string): Promise<string>;
  /** Resolves to where the lines were saved. */
  saveLog(app: string, lines: Iterable<string>): Promise<string>;
  /** Asks this address for that path again. Resolves to what came of it, in words. */
  sendAgain(url: string, path: string): Promise<string>;
  shell(target: ShellTarget): void;
  /** Puts the text where the terminal's clipboard is. */
  copy(text: string): void;
  /** Opens a file of the application's folder in the user's editor, at a line. */
  edit(path: string, line: number | undefined): void;
  /** Whether the mouse is the dashboard's, or the terminal's own. */
  mouse(on: boolean): void;
  suspend(): void;
  /** Asks for the end; the dashboard stays until it's closed. `hard`: it was asked for before. */
  quit(hard: boolean): void;
}
