import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, projectFolder } from '../../scripts/project.mjs';

/** End-to-end tests run the program that users run, made of the source as it is. */
export default function setup(): void {
  const fault = !existsSync(bundle) ? 'missing' : isOlderThanSource() ? 'older than the source' : undefined;
  if (fault !== undefined)
    throw new Error(`${bundle} is ${fault}: run \`npm run build\` first, or \`npm test\`, which does.`);
}

function isOlderThanSource(): boolean {
  const files = ['source', 'components'].flatMap((folder) =>
    readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const built = statSync(bundle).mtimeMs;
  return files.some((file) => statSync(join(projectFolder, file)).mtimeMs > built);
}
