import type { Readable } from 'node:stream';
import type { Admit } from './connection.ts';

/** All that sti fetches and posts goes through one of these. */
export interface HttpClient {
  /**
   * One request, redirects included. `read` gets the answer, whatever its status; the connection ends with it.
   * Rejects with an HttpError, with a StiError of `read` or `admit`, or with the signal's reason, within a moment of its abort.
   */
  request<T>(url: string, request: HttpRequest, read: (answer: HttpAnswer) => Promise<T>): Promise<T>;
  /** All whom it trusts, PEM. */
  authorities(): Promise<string>;
}

export interface HttpRequest {
  /** Absent: a POST where there is a body, else a GET. A redirect that would make a GET of another one isn't followed. */
  readonly method?: 'HEAD' | 'PUT';
  /** JSON, where the headers don't say what else it is. */
  readonly body?: string | Buffer;
  /** Their names in small letters. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The header of that name; absent: of what the URL holds. Only for the origin of the URL, whatever it redirects to. */
  readonly authorization?: string | undefined;
  /** Bytes of the answer: of what is received, and of what that unpacks to. */
  readonly maxBytes: number;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** Milliseconds without a byte. */
  readonly idleTimeout?: number;
  /** Asked for the address of each connection, those of redirects included; throws a StiError to refuse it. Absent: all are fine. */
  readonly admit?: Admit;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  /** Number and name: `404 Not Found`. */
  readonly statusText: string;
  /** `text/html`; empty when the server doesn't say. */
  readonly mediaType: string;
  /** Empty when it has none of that name. */
  readonly header: (name: string) => string;
  /** Its content, unpacked; fails when it is larger than asked for. */
  readonly body: () => Readable;
}
