import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { filesBelow, isFileOrLink } from './files-below.ts';

/** What a builder's scripts may count on. */
const always = ['dash', 'coreutils', 'findutils', 'grep', 'sed', 'tar', 'gzip', 'procps', 'libstdc++6'];

/**
 * A tar of a root: of Debian packages that this machine has, with all that they depend on, and of this machine's Node.js.
 *
 * @param packages their names, or paths of programs in them
 * @param folder a new one, which has to be there until the tar has ended
 */
export function debianRoot(packages: readonly string[], folder: string): Readable {
  const made = join(folder, 'made');
  for (const path of ['etc', 'tmp', 'root', 'usr/local/bin']) mkdirSync(join(made, path), { recursive: true });
  chmodSync(join(made, 'tmp'), 0o1777);
  writeFileSync(join(made, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(made, 'etc/group'), 'root:x:0:\n');
  const npm = dirname(dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())));
  const node = realpathSync(process.execPath);
  const links = {
    'usr/local/bin/node': node,
    'usr/local/bin/npm': join(npm, 'bin/npm-cli.js'),
    'usr/local/bin/npx': join(npm, 'bin/npx-cli.js'),
  };
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(made, path));
  const programs = [...filesOfPackages([...always, ...packages]), node, ...filesBelow(npm)];
  const list = join(folder, 'list');
  writeFileSync(list, programs.map((path) => `${path.slice(1)}\0`).join(''));
  const words = ['-c', '-C', made, '.', '-C', '/', '--no-recursion', '--null', '-T', list];
  return spawn('tar', words, { stdio: ['ignore', 'pipe', 'inherit'] }).stdout;
}

function filesOfPackages(named: readonly string[]): string[] {
  const packages = named.map((name) => (name.startsWith('/') ? packageOf(name) : name));
  const no = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`);
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length > 0) throw new Error(`This machine lacks packages: apt-get install ${missing.join(' ')}`);
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
  const files = new Set([...roots, ...wanted.map(inRealFolder).filter(isFileOrLink)]);
  // What tells php of its modules was written when they were installed.
  const modules = [...files].some((path) => path.startsWith('/usr/lib/php/')) ? filesBelow('/etc/php') : [];
  return [...new Set([...files, ...alternatives(files), ...modules])];
}

/** `/usr/bin/java` is no package's: it leads by way of `/etc/alternatives` to the program of one. */
function alternatives(files: ReadonlySet<string>): string[] {
  const links = readdirSync('/etc/alternatives', { withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
  return links.flatMap(({ name }) => {
    const [link, choice] = [join('/usr/bin', name), join('/etc/alternatives', name)];
    const leads = files.has(readlinkSync(choice)) && isFileOrLink(link) && realpathSync(link) === realpathSync(choice);
    return leads && !files.has(link) ? [link, choice] : [];
  });
}

/** `/usr/bin/javac` is of another package in each release. */
function packageOf(program: string): string {
  if (!existsSync(program)) throw new Error(`This machine lacks ${program}`);
  const isAlternative = lstatSync(program).isSymbolicLink() && readlinkSync(program).startsWith('/etc/alternatives/');
  const file = isAlternative ? realpathSync(program) : program;
  return execFileSync('dpkg-query', ['--search', file], { encoding: 'utf8' }).replace(/:.*/s, '');
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
