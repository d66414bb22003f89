import { checkRequest } from '../build/check-request.ts';
import type { CheckedRequest } from '../build/job.ts';
import type { BuildRequest } from '../build/request.ts';
import { StiError } from '../errors.ts';
import type { SyncMapping } from '../protocol/sync-mappings.ts';
import type { PortWish } from '../run/wishes.ts';
import type { Slots } from './schedule/slots.ts';

export interface DevOptions {
  readonly standbys: number;
  /** Milliseconds. */
  readonly quietTime: number;
  readonly switchTimeout: number;
  readonly readyTimeout: number;
  /** How long a version that was replaced may take to finish its requests. */
  readonly drainTime: number;
  /** Milliseconds of quiet after a save; absent: adaptive. */
  readonly debounce?: number | undefined;
  readonly poll: boolean;
  /** Address that the host ports are on. */
  readonly host: string;
  /** Names of this machine, beside its own, under which requests are answered. */
  readonly allowedHosts: readonly string[];
  /** `--port`, or none: the ports that the image exposes. */
  readonly ports: readonly PortWish[];
  /** For debuggers: served, and never waited for. */
  readonly debugPorts: readonly PortWish[];
  /** `NAME=VALUE`, for the application alone: no image has it. */
  readonly devEnv: readonly string[];
  readonly readyPath?: string | undefined;
  /** Build, run until ready, and end. */
  readonly once: boolean;
  /** Whether files that are only copied may be served without assemble. */
  readonly sync: boolean;
  /** What is only copied, as the user or the folder's configuration says. */
  readonly mappings: readonly SyncMapping[];
  /** Whether the application takes up changed files by itself, in the mode for that of its builder. */
  readonly reload: boolean;
  /** Leave the images that newer ones took the tag from. */
  readonly keepImages: boolean;
  /** What several applications share so that not all of them assemble at once (`--jobs`). */
  readonly slots?: Slots;
}

/** What is asked for on the command line and in the source's configuration file. */
export interface DevRequest {
  readonly request: BuildRequest;
  readonly options: DevOptions;
  /** Absolute paths of files that were read for it: when one changes, it is read again. */
  readonly files: readonly string[];
}

export interface CheckedDevRequest extends DevRequest {
  readonly checked: CheckedRequest;
  readonly sourceRoot: string;
}

export function checkDevRequest(asked: DevRequest, cwd: string): CheckedDevRequest {
  const { request } = asked;
  const checked = checkRequest(request, cwd);
  const network = request.container?.network;
  if (network !== undefined && /^(none|host)$|:/.test(network))
    throw new StiError('usage', `--network ${network}: the application would have no address of its own there`, {
      hint: 'Name a network in which sti dev can reach the application, or leave --network out.',
    });
  if (checked.source.kind === 'folder' && request.ref === undefined)
    return { ...asked, checked, sourceRoot: checked.source.path };
  throw new StiError('source', `sti dev needs a folder to watch, and ${request.source} is none`, {
    hint: 'Clone or unpack it first, and name the folder.',
  });
}
