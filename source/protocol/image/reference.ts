/** Why a text is no reference: `it is empty`. */
export class WrongReference extends Error {}

/** A name of an image, in parts as they were written: nothing is filled in. */
export interface ImageReference {
  /** Registry host, with a port if there is one. */
  readonly domain?: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const host = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)';
const domainPattern = new RegExp(String.raw`^(?:${host}(?:\.${host})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?$`);
const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const maxNameLength = 255;

/**
 * Reads the name of an image after the grammar that registries and engines share: `[domain/]repository[:tag][@digest]`.
 * The first part of a path is a domain when it has a `.` or `:`, or is `localhost`.
 * @throws WrongReference
 */
export function parseImageReference(text: string): ImageReference {
  const fail = (why: string): never => {
    throw new WrongReference(why);
  };
  if (text === '') fail('it is empty');
  if (/\s/.test(text)) fail('it has a space in it');
  if (text.includes('://')) fail('it is a URL, and images have no scheme');
  const { before: tagged, after: digest } = splitAt(text, text.indexOf('@'));
  const colon = tagged.lastIndexOf(':');
  const { before: name, after: tag } = splitAt(tagged, colon > tagged.lastIndexOf('/') ? colon : -1);
  const { domain, repository } = splitDomain(name);

  if (domain !== undefined && !domainPattern.test(domain)) fail(`"${domain}" is not a registry host`);
  for (const part of repository.split('/')) if (!componentPattern.test(part)) fail(whyNotComponent(part));
  if (name.length > maxNameLength) fail(`the name is longer than ${maxNameLength} characters`);
  if (tag !== undefined && !tagPattern.test(tag)) fail(whyNotTag(tag));
  if (digest !== undefined && !isDigest(digest))
    fail(`"${digest}" is not a digest (sha256: and 64 hexadecimal digits)`);
  return {
    ...(domain === undefined ? {} : { domain }),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Reads the name that an image is to get.
 * @throws WrongReference, also for names that engines take for an image's id or content
 */
export function parseOutputReference(text: string): ImageReference {
  const reference = parseImageReference(text);
  if (reference.digest !== undefined) throw new WrongReference('an image that is yet to be built has no digest');
  if (reference.domain === undefined && /^[0-9a-f]{64}$/.test(reference.repository)) {
    throw new WrongReference('it looks like the id of an image');
  }
  return reference;
}

export function formatReference({ domain, repository, tag, digest }: ImageReference): string {
  const prefix = domain === undefined ? '' : `${domain}/`;
  return `${prefix}${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Says `latest` where the reference leaves open which image it means. */
export function withDefaultTag(reference: ImageReference): ImageReference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}

/** An image's name as people write it: without `docker.io/` and `library/`, which Podman spells out. */
export function familiarName(name: string): string {
  return name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\/(?=[^/]*$)/, '');
}

function splitAt(text: string, index: number): { before: string; after: string | undefined } {
  return index === -1
    ? { before: text, after: undefined }
    : { before: text.slice(0, index), after: text.slice(index + 1) };
}

function splitDomain(name: string): { domain: string | undefined; repository: string } {
  const { before, after } = splitAt(name, name.indexOf('/'));
  const isDomain = after !== undefined && (/[.:]/.test(before) || before === 'localhost');
  return isDomain ? { domain: before, repository: after } : { domain: undefined, repository: name };
}

function isDigest(digest: string): boolean {
  return digest.startsWith('sha256:') ? /^sha256:[0-9a-f]{64}$/.test(digest) : digestPattern.test(digest);
}

function whyNotComponent(part: string): string {
  if (part === '') return 'a part of its path is empty';
  if (componentPattern.test(part.toLowerCase())) return `"${part}" must be in lower case`;
  return `"${part}" may hold only a-z and 0-9, and single . or _, __ or - between them`;
}

function whyNotTag(tag: string): string {
  if (tag === '') return 'there is no tag after ":"';
  if (tag.length > 128) return 'the tag is longer than 128 characters';
  return `the tag "${tag}" may hold only letters, digits, _, . and -, and not begin with . or -`;
}
