import { removeLater } from './app-build.ts';
import { api } from './engine.ts';
import { buildFolder } from './images.ts';

/** `docker build` of a folder; resolves to all that it printed. */
export async function dockerBuild(folder: string, tag: string, dockerfile = 'Dockerfile'): Promise<string> {
  const printed = await buildFolder(api, folder, { tag, query: { dockerfile } });
  // What a stage leaves has no name; the last is removed first, as it holds the others.
  const made = [...printed.matchAll(/---> ([0-9a-f]{12})$/gm)].map(([, id = '']) => id);
  for (const id of made.toReversed()) removeLater(id);
  return printed;
}
