import { readArgument } from '../command-line/arguments.ts';
import type { RunCommand } from '../command-line/table.ts';
import { imageReference } from '../options/kinds/reference.ts';
import { withDefaults } from '../options/table.ts';
import { writeDown } from '../wiring/dockerfile.ts';
import { buildAndTell } from './build.ts';

/** `sti generate`: `sti build --as-dockerfile` without source. */
export const run: RunCommand<'generate'> = ({ positionals: [written = '', file = ''], explicit }, context) => {
  const image = readArgument('IMAGE', written, imageReference, 'generate');
  const options = withDefaults(explicit);
  const application = { source: '', image, tag: undefined, options, explicit, below: [], above: [], warnings: [] };
  return buildAndTell(application, context, writeDown({ path: file, withSource: false }));
};
