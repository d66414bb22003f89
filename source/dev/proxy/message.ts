import { type Body, hostsOf, mayBecomeHead, parseRequestHead, parseResponseHead } from './head.ts';

/** Where a reader stands inside a message. `opaque`: what comes is no HTTP/1.x, or no longer (a websocket, a tunnel). */
type Place =
  | { readonly in: 'head'; readonly text: string }
  | { readonly in: 'body'; readonly left: number }
  | { readonly in: 'chunk'; readonly left: number }
  | { readonly in: 'chunk-size' | 'chunk-end' | 'trailer'; readonly text: string }
  | { readonly in: 'until-close' | 'end' | 'opaque' };

/** One request or response and how far it has been read; interim responses (100, 103) belong to the one they precede. */
export interface Message {
  readonly kind: 'request' | 'response';
  /** Of the request, or of the request that this response answers; empty while unknown. */
  readonly method: string;
  /** Whether the connection may carry another message after this one; known after the head. */
  readonly persistent: boolean;
  /** Of a request; empty while unknown. */
  readonly target: string;
  /** What the request's `Host` fields say; none for another protocol, undefined for a head that is too long to be kept. */
  readonly hosts: readonly string[] | undefined;
  /** As it came; empty while it isn't whole, and where it can't be parsed. */
  readonly head: string;
  /** Of a response; undefined while unknown. */
  readonly status: number | undefined;
  /** It is a response that goes on until somebody hangs up. */
  readonly isEventStream: boolean;
  readonly place: Place;
}

/** Bounds what is kept of a head, and of a line between chunks. Bytes. */
const longestText = 65_536;

export const newRequest: Message = {
  kind: 'request',
  method: '',
  persistent: false,
  target: '',
  hosts: [],
  head: '',
  status: undefined,
  isEventStream: false,
  place: { in: 'head', text: '' },
};

export function responseTo(request: Message): Message {
  return { ...newRequest, kind: 'response', method: request.method };
}

/**
 * Reads on. `taken` is how many of the bytes belong to this message: fewer than given only when it has ended.
 * Where the bytes are cut into pieces makes no difference.
 */
export function readMessage(message: Message, bytes: Buffer): { readonly message: Message; readonly taken: number } {
  let now = message;
  let taken = 0;
  while (taken < bytes.length && now.place.in !== 'end') {
    const step = readPart(now, taken === 0 ? bytes : bytes.subarray(taken));
    now = step.message;
    taken += step.taken;
  }
  return { message: now, taken };
}

interface Step {
  readonly message: Message;
  readonly taken: number;
}

/** Takes at least one byte. */
function readPart(message: Message, bytes: Buffer): Step {
  const { place } = message;
  const at = (next: Place, taken: number): Step => ({ message: { ...message, place: next }, taken });
  switch (place.in) {
    case 'head':
      return readHead(message, place.text, bytes);
    case 'body':
    case 'chunk': {
      const taken = Math.min(place.left, bytes.length);
      if (taken < place.left) return at({ in: place.in, left: place.left - taken }, taken);
      return at(place.in === 'body' ? { in: 'end' } : { in: 'chunk-end', text: '' }, taken);
    }
    case 'chunk-size':
    case 'chunk-end':
    case 'trailer': {
      const newline = bytes.subarray(0, longestText - place.text.length).indexOf('\n');
      if (newline >= 0) {
        const line = (place.text + bytes.toString('latin1', 0, newline)).replace(/\r$/, '');
        return at(afterLine(place.in, line), newline + 1);
      }
      const text = place.text + bytes.toString('latin1', 0, longestText);
      return at(text.length >= longestText ? { in: 'opaque' } : { in: place.in, text }, bytes.length);
    }
    case 'until-close':
    case 'end':
    case 'opaque':
      return at(place, bytes.length);
  }
}

function afterLine(place: 'chunk-size' | 'chunk-end' | 'trailer', line: string): Place {
  if (place === 'trailer') return line === '' ? { in: 'end' } : { in: 'trailer', text: '' };
  if (place === 'chunk-end') return line === '' ? { in: 'chunk-size', text: '' } : { in: 'opaque' };
  const [, digits] = /^([0-9a-f]{1,12})[\t ]*(?:;.*)?$/i.exec(line) ?? [];
  if (digits === undefined) return { in: 'opaque' };
  const size = Number.parseInt(digits, 16);
  return size === 0 ? { in: 'trailer', text: '' } : { in: 'chunk', left: size };
}

function readHead(message: Message, before: string, bytes: Buffer): Step {
  const text = before + bytes.toString('latin1', 0, longestText - before.length);
  const blankLine = /\r?\n\r?\n/.exec(text);
  if (blankLine) {
    const end = blankLine.index + blankLine[0].length;
    return { message: afterHead(message, text.slice(0, end)), taken: end - before.length };
  }
  const isHead = mayBecomeHead(message.kind, text);
  const fits = text.length < longestText;
  const now: Message =
    isHead && fits
      ? { ...message, place: { in: 'head', text } }
      : { ...message, hosts: isHead ? undefined : [], place: { in: 'opaque' } };
  return { message: now, taken: bytes.length };
}

function afterHead(message: Message, text: string): Message {
  const opaque: Message = { ...message, place: { in: 'opaque' } };
  if (message.kind === 'request') {
    const head = parseRequestHead(text);
    if (head === undefined) return { ...opaque, hosts: mayBecomeHead('request', text) ? hostsOf(text) : [] };
    const { body, ...known } = head;
    return { ...message, ...known, head: text, place: bodyPlace(body) };
  }
  const head = parseResponseHead(text, message.method);
  if (head === undefined) return opaque;
  const { status, persistent, isEventStream } = head;
  if (status === 101) return { ...opaque, head: text, status };
  if (status < 200) return { ...message, place: { in: 'head', text: '' } };
  if (message.method === 'CONNECT' && status < 300) return { ...opaque, status };
  return { ...message, head: text, status, persistent, isEventStream, place: bodyPlace(head.body) };
}

function bodyPlace(body: Body): Place {
  if (body === 'chunked') return { in: 'chunk-size', text: '' };
  if (body === 'until-close') return { in: 'until-close' };
  return body === 0 ? { in: 'end' } : { in: 'body', left: body };
}

/** After a request's body some clients send a line end that belongs to nothing (RFC 9112, section 2.2). */
export function skipBlankLines(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 13 && byte !== 10);
  return start < 0 ? bytes.subarray(0, 0) : bytes.subarray(start);
}
