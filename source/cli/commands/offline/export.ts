import { basename, resolve } from 'node:path';
import { StiError } from '../../../errors.ts';
import { formatReference } from '../../../protocol/image/reference.ts';
import { sanitize } from '../../../terminal/sanitize.ts';
import type { RunCommand } from '../../command-line/table.ts';
import { readApplication } from '../../config/apply.ts';
import { exportKinds } from '../../export/kinds.ts';
import { exportNames } from '../../export/names.ts';
import { createWrite } from '../../output/write.ts';

/** `sti export`: the file on stdout, and what to do with it on stderr. */
export const run: RunCommand<'export'> = async ({ positionals: [written = '', ...words], ...parsed }, context) => {
  const name = exportNames.find((one) => one === written);
  if (name === undefined) {
    throw new StiError(
      'usage',
      `Invalid value ${JSON.stringify(written)} for KIND: expected one of ${exportNames.join(', ')}`,
      {
        hint: 'See sti export --help.',
      },
    );
  }
  const { source, image, tag, warnings } = await readApplication({ ...parsed, positionals: words }, context);
  if (tag === undefined) {
    throw new StiError('usage', 'TAG is missing: the other system needs a name for the image', {
      hint: 'Write sti export KIND SOURCE IMAGE TAG, or the tag into .sti/config.json.',
    });
  }
  const app = {
    name: nameOf(basename(resolve(context.cwd, source))),
    builder: formatReference(image),
    tag: formatReference(tag),
    registry: tag.domain,
    version: context.version,
  };
  const kind = exportKinds[name];
  const tell = createWrite(context.stderr);
  for (const warning of warnings) await tell(`warning: ${sanitize(warning)}\n`);
  await createWrite(context.stdout)(kind.text(app));
  await tell(`Usual file: ${kind.file}. ${sanitize(kind.next(app))}\n`);
  return 0;
};

/** As Kubernetes names things. */
function nameOf(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-|-$/g, '');
  // Bake has a group of that name.
  return /^[a-z]/.test(name) && name !== 'default' ? name : `app-${name}`.replace(/-$/, '');
}
