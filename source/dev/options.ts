import type { SyncMapping } from '../protocol/sync-mappings.ts';
import type { ImageOptions } from './image/publisher.ts';
import type { AppPorts } from './ports/ports.ts';
import type { Version } from './serve/versions.ts';
import type { PoolOptions } from './standby/pool.ts';

/** How one application is kept going. */
export interface SessionOptions extends Omit<ImageOptions, 'onTagged'>, Omit<PoolOptions, 'onLost'> {
  /** Whether files that are only copied may be served without assemble. */
  readonly sync: boolean;
  /** What the configuration says is only copied. */
  readonly mappings: readonly SyncMapping[];
  /** Whether the application takes up changed files by itself. */
  readonly reload: boolean;
  /** `NAME=VALUE`, for the application alone. */
  readonly devEnv: readonly string[];
  readonly ports: AppPorts;
  /** How long an application may take until it's ready; milliseconds. */
  readonly readyTimeout: number;
  /** What the session before this one left running. */
  readonly previousApp?: Version;
}
