/** How the end of a message's body is found (RFC 9112, section 6.3); a number is its length in bytes. */
export type Body = number | 'chunked' | 'until-close';

export interface RequestHead {
  readonly method: string;
  readonly persistent: boolean;
  readonly body: Body;
}

export interface ResponseHead {
  readonly status: number;
  readonly persistent: boolean;
  readonly body: Body;
}

const requestLine = /^([A-Za-z-]{1,20}) \S+ HTTP\/1\.([01])$/;
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/;

/** Whether these first bytes of a message, as latin1 text, can still become an HTTP/1.x head. */
export function mayBecomeHead(kind: 'request' | 'response', text: string): boolean {
  const [first = '', ...others] = text.split(/\r?\n/, 2);
  if (others.length > 0) return (kind === 'request' ? requestLine : statusLine).test(first);
  if (kind === 'request') return /^[A-Za-z-]{1,20}(?: [^\n]*)?$/.test(first);
  return first.startsWith('HTTP/1.') || 'HTTP/1.'.startsWith(first);
}

/** `undefined`: not a request of HTTP/1.x, or one whose end can't be told for certain. */
export function parseRequestHead(text: string): RequestHead | undefined {
  const { first, fields } = splitHead(text);
  const [, method, minor] = requestLine.exec(first) ?? [];
  const body = bodyOf(fields);
  if (method === undefined || fields === undefined || body === 'unclear' || body === 'until-close') return undefined;
  return { method: method.toUpperCase(), persistent: isPersistent(minor, fields), body: body ?? 0 };
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
  return { status, persistent: known !== 'until-close' && isPersistent(minor, fields), body: known };
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
