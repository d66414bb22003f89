import type { SourceSpec } from '../origin/classify.ts';
import type { Cache } from './cache.ts';
import type { BuildContext } from './context.ts';
import type { Reporter } from './reporter.ts';
import type { BuildRequest } from './request.ts';
import type { TaskGroup } from './task-group.ts';
import type { Workspace } from './workspace/workspace.ts';

/** One build under way: what every stage of it has at hand. */
export interface Job extends BuildContext {
  readonly request: BuildRequest;
  readonly checked: CheckedRequest;
  readonly workspace: Workspace;
  readonly reporter: Reporter;
  readonly cache: Cache;
  readonly tasks: TaskGroup;
}

/** What of a request can be checked before anything is made. */
export interface CheckedRequest {
  readonly source: SourceSpec;
  /** Normalised: `my-app:latest`; null: the image gets no tag. */
  readonly tag: string | null;
}
