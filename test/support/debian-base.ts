import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { finished, tarOf } from '../../scripts/images.mjs';
import { api, testTag } from './engine.ts';
import { filesBelow, isFileOrLink } from './files-below.ts';
import { tempFolderOfFile } from './temp.ts';

/** What a builder's scripts may count on. */
const always = ['dash', 'coreutils', 'findutils', 'grep', 'sed', 'tar', 'gzip', 'procps', 'libstdc++6'];

/** An image of Debian packages that this machine has, with all that they depend on, and of this machine's Node.js. */
export async function debianImage(packages: readonly string[]): Promise<string> {
  const image = testTag('debian');
  const folder = tempFolderOfFile();
  const made = join(folder, 'made');
  for (const path of ['etc', 'tmp', 'root', 'usr/local/bin']) mkdirSync(join(made, path), { recursive: true });
  chmodSync(join(made, 'tmp'), 0o1777);
  writeFileSync(join(made, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(made, 'etc/group'), 'root:x:0:\n');
  const npm = dirname(dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())));
  const node = realpathSync(process.execPath);
  for (const [name, target] of [
    ['node', node],
    ['npm', join(npm, 'bin/npm-cli.js')],
    ['npx', join(npm, 'bin/npx-cli.js')],
  ] as const) {
    execFileSync('ln', ['-sf', target, join(made, 'usr/local/bin', name)]);
  }
  const programs = [...filesOfPackages([...always, ...packages]), node, ...filesBelow(npm)];
  const list = join(folder, 'list');
  writeFileSync(list, programs.map((path) => `${path.slice(1)}\0`).join(''));
  const tar = spawn('tar', ['-c', '-C', made, '.', '-C', '/', '--no-recursion', '--null', '-T', list], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [name = '', tag = ''] = image.split(':');
  await finished(await api.open('POST', `/images/create?fromSrc=-&repo=${name}&tag=${tag}`, { body: tar.stdout }));
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

function filesOfPackages(packages: readonly string[]): string[] {
  const no = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`);
  const depends = execFileSync('apt-cache', ['depends', '--recurse', '--installed', ...no, ...packages], {
    encoding: 'utf8',
  });
  const names = [...new Set(depends.match(/^\w\S*/gm))].filter(isInstalled);
  const listed = execFileSync('dpkg-query', ['--listfiles', ...names], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
  const wanted = listed
    .split('\n')
    .filter((path) => path.startsWith('/') && !/^\/usr\/share\/(doc|man|locale|info)\//.test(path));
  const roots = ['/bin', '/sbin', '/lib', '/lib64'].filter(
    (path) => existsSync(path) && lstatSync(path).isSymbolicLink(),
  );
  return [...new Set([...roots, ...wanted.map(inRealFolder).filter(isFileOrLink)])];
}

const installed = new Set(
  execFileSync('dpkg', ['--get-selections'], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => /^([^\s:]+).*\sinstall$/.exec(line)?.[1] ?? []),
);

function isInstalled(name: string): boolean {
  return installed.has(name.replace(/:.*/, ''));
}

/** A package may say `/bin/sh` where `/bin` leads to `/usr/bin`. */
function inRealFolder(path: string): string {
  return existsSync(dirname(path)) ? join(realpathSync(dirname(path)), basename(path)) : path;
}
