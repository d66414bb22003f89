import { existsSync } from 'node:fs';
import { bundle } from '../../scripts/project.mjs';

/** End-to-end tests run the program that users run. */
export default function setup(): void {
  if (!existsSync(bundle))
    throw new Error(`${bundle} is missing: run \`npm run build\` first, or \`npm test\`, which does.`);
}
