import { opendir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readBounded } from '../../bounded-read.ts';
import { formatReference, parseImageReference } from '../../protocol/image/reference.ts';
import type { ScriptUrl } from '../../protocol/script-places.ts';
import { languages } from '../../templates/languages.ts';
import { isTemplateName, type TemplateName } from '../../templates/names.ts';
import { type Recognised, recognise } from '../../templates/recognise.ts';
import type { ConfigValues } from './keys.ts';
import type { Layer } from './layers.ts';

/** A folder with more files at its top is not read to its end. */
const maxFiles = 10_000;
const maxBytes = 1024 * 1024;

/** What is chosen for somebody who names no builder image, and why. */
export interface Choice {
  readonly values: ConfigValues;
  readonly reason: string;
}

/**
 * The builder for a source of which nobody says it: the plain image that scripts of a template are for, else the one for
 * the language of the folder. undefined: it is no folder, or of no language that is known.
 */
export async function chooseBuilder(
  {
    source,
    contextDir = '.',
    scripts,
  }: { source: string; contextDir?: string | undefined; scripts: ScriptUrl | undefined },
  cwd: string,
): Promise<Choice | undefined> {
  const template = scripts && templateOf(scripts);
  if (template !== undefined) {
    return {
      values: { image: parseImageReference(languages[template].base) },
      reason: `template:${template} is for it`,
    };
  }
  const found = await recogniseFolder(resolve(cwd, source, contextDir));
  if (found === undefined) return undefined;
  const { builder, base } = languages[found.language];
  const own: ScriptUrl = { scheme: 'template', url: `template:${found.language}` };
  const values = {
    image: parseImageReference(builder ?? base),
    ...(builder === undefined && !scripts && { scripts: own }),
  };
  return { values, reason: describe(found) };
}

/** The weakest layer, which only holds where no other names a builder image. */
export function choiceLayer({ values, reason }: Choice, folder: string): Layer {
  const image = values.image && formatReference(values.image);
  const warnings = [`no builder image is named; ${image} is taken: ${reason}. sti init writes it down`];
  return { file: 'the files of the source', folder, values, trusted: true, leftOut: {}, digest: '', warnings };
}

function templateOf({ scheme, ...rest }: ScriptUrl): TemplateName | undefined {
  const name = scheme === 'template' && 'url' in rest ? rest.url.slice('template:'.length) : '';
  return isTemplateName(name) ? name : undefined;
}

async function recogniseFolder(folder: string): Promise<Recognised | undefined> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(folder)) if (names.push(name) >= maxFiles) break;
  } catch {
    return undefined;
  }
  const read = await readBounded(join(folder, 'package.json'), { maxBytes, links: { inside: folder } });
  return recognise(names, read.outcome === 'content' ? read.content.toString('utf8') : '');
}

function describe({ language, because, also }: Recognised): string {
  const list = new Intl.ListFormat('en');
  const others =
    also.length === 0 ? '' : ` (there are signs of ${list.format(also.map((name) => languages[name].title))}, too)`;
  return `${list.format(because)} ${because.length === 1 ? 'says' : 'say'} ${languages[language].title}${others}`;
}
