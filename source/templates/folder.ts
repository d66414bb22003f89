import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StiError } from '../errors.ts';
import type { TemplateName } from './names.ts';

/** The folder of a template, which the package has beside the program, wherever that was bundled into. */
export function templateFolder(name: TemplateName): string {
  for (let folder = dirname(import.meta.filename); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'templates', name);
  }
  throw new StiError('bug', `the package has no templates beside ${import.meta.filename}`);
}
