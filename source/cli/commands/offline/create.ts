import { resolve } from 'node:path';
import { formatReference } from '../../../protocol/image/reference.ts';
import { sanitize } from '../../../terminal/sanitize.ts';
import { readArgument } from '../../command-line/arguments.ts';
import type { RunCommand } from '../../command-line/table.ts';
import { outputReference } from '../../options/kinds/reference.ts';
import { withDefaults } from '../../options/table.ts';
import { createWrite } from '../../output/write.ts';

/** `sti create`: a builder with a test and a sample application, and what to do with them. */
export const run: RunCommand<'create'> = async ({ positionals: [name = '', dir = ''], explicit }, context) => {
  const { template, from } = withDefaults(explicit);
  readArgument('NAME', name, outputReference, 'create');
  const { createBuilder } = await import('../../../templates/create.ts');
  const base = from && formatReference(from);
  const paths = await createBuilder(resolve(context.cwd, dir), dir, { template, name, base });
  const steps = [
    [`cd ${sanitize(dir)}`, ''],
    [`docker build -t ${name} .`, 'makes it'],
    [`IMAGE=${name} test/run`, 'tests it with the sample application'],
    [`sti build test/test-app ${name} my-app`, 'builds the sample application'],
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length)) + 2;
  await createWrite(context.stdout)(`${paths.map((path) => `  ${path}\n`).join('')}
The builder ${name} is in ${sanitize(dir)}, made from the template ${template}.
${steps.map(([command, what]) => `  ${command.padEnd(width)}${what}`.trimEnd()).join('\n')}
`);
  return 0;
};
