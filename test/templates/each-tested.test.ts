import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectFolder } from '../../scripts/project.mjs';
import { templateNames } from '../../source/templates/names.ts';

it.each(templateNames)('the template %s has tests with the language itself', (name) => {
  expect(existsSync(join(projectFolder, `test/e2e/templates/${name}.test.ts`))).toBe(true);
});
