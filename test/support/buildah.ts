import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { removeLater } from './app-build.ts';
import { api, inspectImage } from './engine.ts';
import { tempFolderOfFile } from './temp.ts';

/** A buildah with images of its own, of a test file. */
export interface Buildah {
  /** What sti needs to use it. */
  readonly env: Readonly<Record<string, string>>;
  run(...words: string[]): string;
  /** Has it know an image of the tests' engine. */
  bringIn(tag: string): Promise<void>;
  /** Gives the tests' engine an image of it, to be looked at under the same name. */
  takeOut(tag: string): Promise<void>;
}

export function buildahOfFile(): Buildah {
  const folder = tempFolderOfFile();
  const storage = join(folder, 'storage.conf');
  const [root, run] = [join(folder, 'root'), join(folder, 'run')];
  writeFileSync(storage, `[storage]\ndriver = "vfs"\ngraphroot = "${root}"\nrunroot = "${run}"\n`);
  const env = { CONTAINERS_STORAGE_CONF: storage };
  const buildah = (...words: string[]) =>
    execFileSync('buildah', words, { encoding: 'utf8', env: { ...process.env, ...env }, stdio: 'pipe' });
  let archives = 0;
  const archive = () => {
    archives += 1;
    return join(folder, `image-${archives}.tar`);
  };
  return {
    env,
    run: buildah,
    async bringIn(tag) {
      const file = archive();
      await pipeline(await api.open('GET', `/images/${tag}/get`), createWriteStream(file));
      buildah('pull', '-q', `docker-archive:${file}`);
    },
    async takeOut(tag) {
      const file = archive();
      buildah('push', '-q', tag, `docker-archive:${file}:${tag}`);
      await api.call('POST', '/images/load', { body: createReadStream(file) });
      removeLater((await inspectImage(tag))?.Id ?? '');
    },
  };
}
