/** How the end of a message's body is found (RFC 9112, section 6.3); a number is its length in bytes. */
export type Body = number | 'chunked' | 'until-close';

export interface RequestHead {
  readonly method: string;
  /** As it stands in the request line, printable ASCII only: other bytes are written as `%FF`. */
  readonly target: string;
  /** The values of all `Host` fields. */
  readonly hosts: readonly string[];
  readonly persistent: boolean;
  readonly body: Body;
}

export interface ResponseHead {
  readonly status: number;
  readonly persistent: boolean;
  readonly body: Body;
  /** `text/event-stream`: goes on until somebody hangs up. */
  readonly isEventStream: boolean;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const requestLine = new RegExp(`^(${token}) (\\S+) HTTP/1\\.([01])$`);
const maybeRequestLine = new RegExp(`^${token}(?: [^\\n]*)?$`);
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/;

/** Whether these first bytes of a message, as latin1 text, can still become an HTTP/1.x head. */
export function mayBecomeHead(kind: 'request' | 'response', text: string): boolean {
  const [first = '', ...others] = text.split(/\r?\n/, 2);
  if (others.length > 0) return (kind === 'request' ? requestLine : statusLine).test(first);
  if (kind === 'request') return maybeRequestLine.test(first);
  return first.startsWith('HTTP/1.') || 'HTTP/1.'.startsWith(first);
}

/** `undefined`: not a request of HTTP/1.x, or one whose end can't be told for certain. */
export function parseRequestHead(text: string): RequestHead | undefined {
  const { first, fields } = splitHead(text);
  const [, method, target = '', minor] = requestLine.exec(first) ?? [];
  const body = bodyOf(fields);
  if (method === undefined || fields === undefined || body === 'unclear' || body === 'until-close') return undefined;
  const persistent = isPersistent(minor, fields);
  const hosts = fields.get('host')?.split(/\s*,\s*/) ?? [];
  return { method: method.toUpperCase(), target: printable(target), hosts, persistent, body: body ?? 0 };
}

/** The values of all `Host` fields of a head that can't be parsed. */
export function hostsOf(text: string): string[] {
  return [...text.matchAll(/^host[ \t]*:(.*)$/gim)].map(([, value = '']) => value.trim());
}

/** @param method of the request that is answered: the answer to a HEAD has the fields of a body, but none. */
export function parseResponseHead(text: string, method: string): ResponseHead | undefined {
  const { first, fields } = splitHead(text);
  const [, minor, digits] = statusLine.exec(first) ?? [];
  if (fields === undefined || digits === undefined) return undefined;
  const status = Number(digits);
  const body = method === 'HEAD' || status === 204 || status === 304 ? 0 : bodyOf(fields);
  if (body === 'unclear') return undefined;
  const known = body ?? 'until-close';
  const isEventStream = /^text\/event-stream\s*(?:;|$)/i.test(fields.get('content-type') ?? '');
  const persistent = known !== 'until-close' && isPersistent(minor, fields);
  return { status, persistent, body: known, isEventStream };
}
type Fields = ReadonlyMap<string, string>;

/** The fields by lower-case name, repeated ones joined by commas; `undefined` when a line is none. */
function splitHead(text: string): { first: string; fields: Fields | undefined } {
  const [first = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ''] = /^([^\s:]+):(.*)$/.exec(line) ?? [];
    if (name === undefined) return { first, fields: undefined };
    const key = name.toLowerCase();
    const before = fields.get(key);
    fields.set(key, before === undefined ? value.trim() : `${before},${value.trim()}`);
  }
  return { first, fields };
}

/** `undefined`: the fields say nothing about a body. */
function bodyOf(fields: Fields | undefined): Body | 'unclear' | undefined {
  const codings = fields?.get('transfer-encoding');
  if (codings !== undefined) return /(?:^|,)\s*chunked$/i.test(codings) ? 'chunked' : 'until-close';
  const lengths = fields?.get('content-length');
  if (lengths === undefined) return undefined;
  const [length, ...others] = new Set(lengths.split(',').map((one) => one.trim()));
  if (length === undefined || others.length > 0 || !/^\d{1,15}$/.test(length)) return 'unclear';
  return Number(length);
}

function isPersistent(minor: string | undefined, fields: Fields): boolean {
  const options = (fields.get('connection') ?? '').toLowerCase().split(/\s*,\s*/);
  return minor === '1' ? !options.includes('close') : options.includes('keep-alive');
}

/** What a request line should have no bytes of: it is shown to people. */
function printable(target: string): string {
  return target.replace(
    /[^\x21-\x7e]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
