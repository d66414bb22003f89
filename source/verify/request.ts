import type { BuildRequest } from '../build/request.ts';
import type { PortWish } from '../run/wishes.ts';

/** A request that both applications get. */
export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

/** Whether it can be sent. */
export function isRequest({ method, path }: HttpRequest): boolean {
  return /^[A-Z]{1,20}$/.test(method) && method !== 'CONNECT' && /^\/[!-~]*$/.test(path);
}

/** What is compared, by the names that rules and reports have for it. */
export const kinds = [
  'build',
  'start',
  'exit',
  'stop',
  'output',
  'status',
  'header',
  'body',
  'exec',
  'port',
  'user',
  'env',
  'file',
  'size',
] as const;
export type Kind = (typeof kinds)[number];

/** What doesn't count: a kind, or of it what has such a name. */
export interface IgnoreRule {
  readonly kind: Kind;
  /** `*` stands for anything. Absent: all of the kind. */
  readonly pattern?: string | undefined;
}

/** `header:x-powered-by`, `file:/opt/app/cache/*`, `output`; undefined: it is no rule. */
export function parseRule(text: string): IgnoreRule | undefined {
  const colon = text.indexOf(':');
  const word = colon === -1 ? text : text.slice(0, colon);
  const kind = kinds.find((one) => one === word);
  if (kind === undefined) return undefined;
  if (colon === -1) return { kind };
  const pattern = text.slice(colon + 1);
  return pattern === '' ? undefined : { kind, pattern };
}

export function formatRule({ kind, pattern }: IgnoreRule): string {
  return pattern === undefined ? kind : `${kind}:${pattern}`;
}

export interface VerifyRequest {
  /** The same source, by two builders. */
  readonly builds: readonly [a: BuildRequest, b: BuildRequest];
  readonly requests: readonly HttpRequest[];
  /** Commands for a shell in the container of the application. */
  readonly commands: readonly string[];
  readonly ignore: readonly IgnoreRule[];
  /** How often each application is started. */
  readonly runs: number;
  /** `--port`, or none: the ports that the image exposes. */
  readonly ports: readonly PortWish[];
  readonly readyPath?: string | undefined;
  /** Milliseconds. */
  readonly readyTimeout: number;
}
