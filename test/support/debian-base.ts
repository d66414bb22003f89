import { lstatSync, readFileSync } from 'node:fs';
import { finished, tarOf } from '../../scripts/images.mjs';
import { debianRoot } from './debian-root.ts';
import { api, testTag } from './engine.ts';
import { filesBelow } from './files-below.ts';
import { tempFolderOfFile } from './temp.ts';

/** An image of Debian packages that this machine has, with all that they depend on, and of this machine's Node.js. */
export async function debianImage(packages: readonly string[]): Promise<string> {
  const image = testTag('debian');
  const [name = '', tag = ''] = image.split(':');
  const body = debianRoot(packages, tempFolderOfFile());
  await finished(await api.open('POST', `/images/create?fromSrc=-&repo=${name}&tag=${tag}`, { body }));
  return image;
}

/** What `docker build` does with a folder; resolves to the image's name. */
export async function dockerBuild(folder: string): Promise<string> {
  const image = testTag('builder');
  const body = await tarOf(
    filesBelow(folder).map((path) => ({
      path: path.slice(folder.length + 1),
      content: readFileSync(path),
      mode: lstatSync(path).mode & 0o777,
    })),
  );
  const query = new URLSearchParams({ t: image, forcerm: '1' });
  await finished(await api.open('POST', `/build?${query}`, { body }));
  return image;
}
