import type { TemplateName } from './names.ts';

export interface RenderOptions {
  readonly template: TemplateName;
  /** What the builder image is called. */
  readonly name: string;
  /** The image that it stands on, if not the template's own choice. */
  readonly base?: string | undefined;
}

/** A file of a template as the builder that is made of it has it: with its name, and on its base. */
export function render(content: Buffer, { template, name, base }: RenderOptions): Buffer {
  const text = content.toString('utf8');
  if (!Buffer.from(text).equals(content)) return content;
  const named = text.replaceAll(new RegExp(`\\bsti-${template}(:latest)?(?![\\w-])`, 'g'), () => name);
  return Buffer.from(base === undefined ? named : named.replace(/^ARG BASE=.*$/m, () => `ARG BASE=${base}`));
}
