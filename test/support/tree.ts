import { isUtf8 } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FileTree } from '../../source/tree/tree.ts';

/** A private folder that is removed when the test is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sti-origin-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by path; a path that ends in `/` makes a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    const full = join(folder, path);
    mkdirSync(path.endsWith('/') ? full : dirname(full), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(full, content);
  }
  return folder;
}

export function folderWith(files: Readonly<Record<string, string>>): string {
  return writeFiles(temporaryFolder(), files);
}

/**
 * Everything that can be seen of a folder: kinds, modes, whole seconds of times, contents and link targets. A name that
 * isn't UTF-8 is there with one character a byte.
 */
export function snapshot(folder: string): Record<string, string> {
  const seen: Record<string, string> = {};
  const look = (place: Buffer, path: string): void => {
    const details = lstatSync(place);
    const content = details.isSymbolicLink()
      ? `-> ${nameOf(readlinkSync(place, { encoding: 'buffer' }))}`
      : details.isFile()
        ? readFileSync(place, 'latin1')
        : '/';
    seen[path] = [details.mode.toString(8), Math.floor(details.mtimeMs / 1000), details.uid, details.gid, content].join(
      ' ',
    );
    if (!details.isDirectory()) return;
    for (const name of readdirSync(place, { encoding: 'buffer' }).sort(Buffer.compare)) {
      const below = Buffer.concat([place, Buffer.from('/'), name]);
      look(below, path === '.' ? nameOf(name) : `${path}/${nameOf(name)}`);
    }
  };
  look(Buffer.from(folder), '.');
  return seen;
}

function nameOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

export function paths(tree: Pick<FileTree, 'entries'>): string[] {
  return tree.entries.map((entry) => (entry.type === 'directory' ? `${entry.path}/` : entry.path));
}

/** Runs a program to its end; its stdout, trimmed. */
export function run(folder: string, program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...gitIdentity },
  }).trim();
}

const gitIdentity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2024-05-06T07:08:09+00:00',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** A git repository on branch `main` with one commit of these files. */
export function repositoryWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  run(folder, 'git', 'init', '--quiet', '--initial-branch=main');
  commit(folder, files, 'first');
  return folder;
}

/** The new commit's id. */
export function commit(folder: string, files: Readonly<Record<string, string>>, message: string): string {
  writeFiles(folder, files);
  run(folder, 'git', 'add', '--all');
  run(folder, 'git', 'commit', '--quiet', '--allow-empty', `--message=${message}`);
  return run(folder, 'git', 'rev-parse', 'HEAD');
}

/** Runs as a user without special rights, so that permissions count even where tests run as root. */
export async function asOrdinaryUser<T>(folder: string, action: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return action();
  chmodSync(folder, 0o755);
  process.seteuid?.(65534);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
  }
}
