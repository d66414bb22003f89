import { lstat, mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, StiError } from '../../../errors.ts';
import { formatReference } from '../../../protocol/image/reference.ts';
import { formatScriptsUrl } from '../../../protocol/script-places.ts';
import { languages } from '../../../templates/languages.ts';
import { sanitize } from '../../../terminal/sanitize.ts';
import { readArgument } from '../../command-line/arguments.ts';
import type { Parsed, RunCommand } from '../../command-line/table.ts';
import { realPathInside } from '../../config/inside.ts';
import { configPath } from '../../config/read.ts';
import { type Choice, chooseBuilder } from '../../config/recognised.ts';
import { imageReference, outputReference } from '../../options/kinds/reference.ts';
import { createWrite } from '../../output/write.ts';

/** `sti init`: writes down how a folder is built, so that `sti build` and `sti dev` need no arguments there. */
export const run: RunCommand<'init'> = async (parsed, context) => {
  const [source = '.'] = parsed.positionals;
  const folder = resolve(context.cwd, source);
  const file = join(source, configPath);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new StiError('usage', `${source} is not a folder`, { hint: 'Name the folder of the application.' });
  }
  const { config, reason } = await describeFolder(parsed, folder);
  const text = `${JSON.stringify(config, null, 2)}\n`;
  await writeNew(folder, file, text);
  await createWrite(context.stdout)(
    sanitize(`${file} is new${reason}:\n${text}
Build it:            sti build${source === '.' ? '' : ` ${source}`}
Serve each save:     sti dev${source === '.' ? '' : ` ${source}`}
Another builder:     change "image" in it; sti usage IMAGE says what one is for
`),
  );
  return 0;
};

async function describeFolder({ positionals, explicit: { scripts } }: Parsed<'init'>, folder: string) {
  const [source = '.', image, tag = tagOf(folder)] = positionals;
  readArgument('TAG', tag, outputReference, 'init');
  const choice: Choice | undefined =
    image === undefined
      ? await chooseBuilder({ source: folder, scripts }, folder)
      : { values: { image: readArgument('IMAGE', image, imageReference, 'init') }, reason: '' };
  const named = choice?.values.image;
  if (named === undefined) throw unknownLanguage(source, folder);
  const url = scripts ?? choice?.values.scripts;
  const config = { image: formatReference(named), ...(url && { scripts: formatScriptsUrl(url) }), tag };
  return { config, reason: choice?.reason ? `; ${choice.reason}` : '' };
}

function unknownLanguage(source: string, folder: string): StiError {
  const titles = new Intl.ListFormat('en').format(Object.values(languages).map(({ title }) => title));
  return new StiError('usage', `no file in ${folder} says which language it is written in; sti knows ${titles}`, {
    hint: `Name a builder image: sti init ${source} IMAGE.`,
  });
}

/** The folder's name as the name of an image. */
function tagOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return name === '' ? 'my-app' : name.slice(0, 100);
}

async function writeNew(folder: string, file: string, text: string): Promise<void> {
  const path = join(folder, configPath);
  const isThere = await lstat(path).catch(() => undefined);
  if (isThere !== undefined) {
    throw new StiError('usage', `${file} is there already`, { hint: 'Change it, or remove it first.' });
  }
  if ((await realPathInside(folder, path)) === undefined) {
    throw new StiError('usage', `${file} leads out of the folder`, { hint: 'Remove the link, and try again.' });
  }
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    throw new StiError('usage', `${file} can't be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a folder that you can write.',
    });
  }
}
