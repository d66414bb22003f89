import { passwordsIn, redactEnv, redactText } from './redact.ts';

const mask = '***';

/** Masking these would blot out ordinary words. */
const ordinary =
  /^(?:true|false|null|none|undefined|default|enabled?|disabled?|auto|always|never|localhost|root|admin|user|name|test|main|prod|production|development|staging|debug|info|\d{1,5})$/i;
const shortest = 4;
const shortestLine = 8;

/** What no terminal shows: control sequences, and single characters. */
const invisible =
  /(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]|(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\r\n]{0,256}(?:\x07|\x9c|\x1b\\)|\x1b[ -/]{0,8}[0-OQ-WYZ\\`-~]|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x8f\x91-\x97\x99\x9a\x9c\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** The beginning of one, at the text's end. */
const unfinished =
  /(?:\x1b(?:\[[0-?]{0,64}[ -/]{0,8}|[ -/]{1,8})?|\x9b[0-?]{0,64}[ -/]{0,8}|(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\r\n]{0,256}\x1b?)$/;

/** A longer word without a blank is no URL that anybody waits for. */
const longestUrl = 8192;

/**
 * The secrets of one run: the values of variables whose name says so, passwords of URLs, registry passwords. Each is masked as
 * it is and as it looks in a URL, in JSON, between a shell's quotes and in base64, and each longer line of one that has
 * several. Values under four characters, numbers under six digits and words such as `true` aren't masked.
 */
export class Secrets {
  /** Longest first. */
  #forms: readonly string[] = [];
  #pattern: RegExp | undefined;

  /** Every variable may be given: only secret ones are hidden. */
  hide(variables: readonly { readonly name: string; readonly value: string }[]): void {
    const secret = variables.filter(({ name, value }) => redactEnv(name, value) !== value);
    this.#add([...secret.map(({ value }) => value), ...variables.flatMap(({ value }) => passwordsIn(value))]);
  }

  /** Hides the password that an address has, also where it stands alone. */
  hideUrl(url: string): void {
    this.#add(passwordsIn(url));
  }

  hideValue(value: string): void {
    this.#add([value]);
  }

  /** A whole text without them, and without the secrets of URLs. */
  readonly redact = (text: string): string => redactText(this.scanVisible(this.scan(text, true).shown, true).shown);

  /** The same for a text that comes in pieces, wherever it is cut. */
  stream(): RedactingStream {
    return new RedactingStream(this);
  }

  /** Masks secrets as they are written. */
  scan(text: string, ended: boolean): Scanned {
    const shown: string[] = [];
    const { found, end } = this.#find(text, ended);
    let from = 0;
    for (const { start, after } of found) {
      shown.push(text.slice(from, start), mask);
      from = after;
    }
    return { shown: shown.join('') + text.slice(from, end), rest: text.slice(end) };
  }

  /** Masks secrets with what no terminal shows in their middle; colours from there go on behind the mask. */
  scanVisible(text: string, ended: boolean): Scanned {
    const isPlain = this.#pattern === undefined || (text.search(invisible) < 0 && !unfinished.test(text));
    if (isPlain) return { shown: text, rest: '' };
    const whole = ended ? text : text.slice(0, unfinished.exec(text)?.index);
    const visible = whole.replace(invisible, '');
    const { found, end } = this.#find(visible, ended);
    if (found.length === 0 && end === visible.length) return { shown: whole, rest: text.slice(whole.length) };
    const at = placesOf(whole);
    let shown = '';
    let from = 0;
    for (const { start, after } of found) {
      const [first, last] = [at(start), at(after - 1) + 1];
      shown += text.slice(from, first) + mask + (text.slice(first, last).match(invisible)?.join('') ?? '');
      from = last;
    }
    const rest = end < visible.length ? at(end) : whole.length;
    return { shown: shown + text.slice(from, rest), rest: text.slice(rest) };
  }

  /** The secrets that are decided on: up to `end`, where one may begin whose rest is still to come. */
  #find(text: string, ended: boolean): { found: { start: number; after: number }[]; end: number } {
    const pattern = this.#pattern;
    const found: { start: number; after: number }[] = [];
    if (pattern === undefined) return { found, end: text.length };
    let [from, end] = [0, -1];
    for (;;) {
      if (end < from) end = ended ? text.length : this.#holdFrom(text, from);
      pattern.lastIndex = from;
      const match = pattern.exec(text);
      if (match === null || match.index >= end) return { found, end };
      from = match.index + match[0].length;
      found.push({ start: match.index, after: from });
    }
  }

  /** Where the first secret begins that the text's end may be the first part of. */
  #holdFrom(text: string, from: number): number {
    let hold = text.length;
    for (const form of this.#forms) {
      const first = form.charAt(0);
      let at = text.indexOf(first, Math.max(from, text.length - form.length + 1));
      while (at >= 0 && at < hold && !form.startsWith(text.slice(at))) at = text.indexOf(first, at + 1);
      if (at >= 0 && at < hold) hold = at;
    }
    return hold;
  }

  #add(values: readonly string[]): void {
    const forms = values.filter(isWorthHiding).flatMap(formsOf);
    if (forms.every((form) => this.#forms.includes(form))) return;
    this.#forms = [...new Set([...this.#forms, ...forms])].sort((a, b) => b.length - a.length);
    const escaped = this.#forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    this.#pattern = new RegExp(escaped.join('|'), 'g');
  }
}

/** `rest` may be the beginning of a secret and is to be put before what comes; '' when nothing comes. */
interface Scanned {
  readonly shown: string;
  readonly rest: string;
}

/** Takes secrets out of one stream of text; holds back what may be the beginning of one. */
export class RedactingStream {
  readonly #secrets: Secrets;
  #written = '';
  #visible = '';
  #url = '';

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** Whether anything is held back. */
  get holds(): boolean {
    return this.#written !== '' || this.#visible !== '' || this.#url !== '';
  }

  write(text: string): string {
    return this.#pass(this.#url + this.#scan(text, false), openUrl);
  }

  /** What is held back and can be shown although nothing follows it: an address without a password, most often. */
  idle(): string {
    return this.#pass(this.#url, (text) => (mayBecomeSecret(text) ? 0 : text.length));
  }

  end(): string {
    const text = this.#url + this.#scan('', true);
    this.#url = '';
    return redactText(text);
  }

  #scan(text: string, ended: boolean): string {
    const written = this.#secrets.scan(this.#written + text, ended);
    const visible = this.#secrets.scanVisible(this.#visible + written.shown, ended);
    this.#written = written.rest;
    this.#visible = visible.rest;
    return visible.shown;
  }

  #pass(text: string, cut: (text: string) => number): string {
    const end = cut(text);
    this.#url = text.slice(end);
    return redactText(text.slice(0, end));
  }
}

/** Where a URL begins that the text's end may be in the middle of. */
function openUrl(text: string): number {
  const earliest = Math.max(0, text.length - longestUrl);
  let word = text.length;
  while (word > earliest && !/[\s"<>]/.test(text.charAt(word - 1))) word -= 1;
  if (word === earliest && earliest > 0) return text.length;
  const at = text.indexOf('://', word);
  return at >= 0 ? at : text.length - (/:\/?$/.exec(text.slice(word))?.[0].length ?? 0);
}

/** Whether the next characters could make a password of the URL's end, or belong to a secret that it ends with. */
function mayBecomeSecret(url: string): boolean {
  return /^:\/\/[^\s/?#:@]*:(?!\d*$)[^\s/?#]*$/.test(url) || redactText(url) !== url;
}

function isWorthHiding(value: string): boolean {
  return value.trim().length >= shortest && !ordinary.test(value.trim());
}

function formsOf(value: string): string[] {
  // A half character can't be encoded.
  const whole = value.replace(/[\ud800-\udfff]/gu, '\ufffd');
  const base64 = [whole, `${whole}\n`].map((text) => Buffer.from(text).toString('base64').replace(/=+$/, ''));
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [
    value.trim(),
    encodeURIComponent(whole),
    JSON.stringify(value).slice(1, -1),
    value.replaceAll("'", "'\\''"),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...(lines.length > 1 ? lines.filter((line) => line.length >= shortestLine) : []),
  ];
}

/** Gives the place in the text of a character by its number among those that are seen. */
function placesOf(text: string): (index: number) => number {
  const places: number[] = [];
  let from = 0;
  for (const { index, 0: sequence } of [...text.matchAll(invisible), { index: text.length, 0: '' }]) {
    for (let place = from; place < index; place++) places.push(place);
    from = index + sequence.length;
  }
  return (index) => places[index] ?? text.length;
}
