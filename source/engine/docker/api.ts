import type { Greeting } from '../handshake.ts';
import type { Call } from '../http/call.ts';
import type { EngineConnection } from '../http/connection.ts';
import type { Limits } from '../http/limits.ts';
import type { Client } from './client.ts';

/** What every group of calls needs to speak to one engine. */
export interface Api extends Greeting {
  readonly transport: EngineConnection;
  readonly call: Call;
  readonly limits: Limits;
  /** A path of the API in the version that was agreed on. */
  path(path: string): string;
  /** Dockerode, loaded when it's first needed. */
  client(): Promise<Client>;
}
