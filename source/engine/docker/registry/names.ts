import { parseImageReference, withDefaultTag } from '../../../protocol/image/reference.ts';

/** `tag` is the digest where the reference has one. Without either it is `latest`: an engine would take every tag. */
export function nameAndTag(text: string): { readonly name: string; readonly tag: string } {
  const { domain, repository, tag = '', digest } = withDefaultTag(parseImageReference(text));
  return { name: domain === undefined ? repository : `${domain}/${repository}`, tag: digest ?? tag };
}
