import { debianRoot } from './debian-root.ts';
import { api, testTag } from './engine.ts';
import { buildFolder, importImage } from './images.ts';
import { tempFolderOfFile } from './temp.ts';

/** An image of Debian packages that this machine has, with all that they depend on, and of this machine's Node.js. */
export async function debianImage(packages: readonly string[]): Promise<string> {
  const image = testTag('debian');
  await importImage(api, image, debianRoot(packages, tempFolderOfFile()));
  return image;
}

/** What `docker build` does with a folder; resolves to the image's name. */
export async function dockerBuild(folder: string): Promise<string> {
  const tag = testTag('builder');
  await buildFolder(api, folder, { tag });
  return tag;
}
