import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ShellTarget } from '../dev/controls.ts';

const openers: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Shows the URL in the browser of this desktop. Resolves to what came of it. */
export function openUrl(url: string, platform: string): Promise<string> {
  const [command, ...rest] = openers[platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(command, [...rest, url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(`no browser could be started here; the address is ${url}`));
    child.once('spawn', () => {
      child.unref();
      resolve(`opened ${url}`);
    });
  });
}

/** Writes the lines to a new file, not in the watched folder, where it would start a build. Resolves to its path. */
export async function saveLog(folder: string, name: string, lines: Iterable<string>): Promise<string> {
  const time = new Date().toISOString().replace(/[:.]/g, '-');
  const path = join(folder, `sti-${name.replace(/[^\w.-]+/g, '-')}-${time}.log`);
  await pipeline(Readable.from(withNewlines(lines)), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return path;
}

function* withNewlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

/** Runs a shell in the container with this terminal, and resolves when the shell is left. */
export function runShell({ containerId, engine }: ShellTarget, url: string | undefined): Promise<void> {
  const host = url === undefined ? [] : [engine === 'docker' ? '--host' : '--url', url];
  return new Promise((resolve, reject) => {
    const child = spawn(engine, [...host, 'exec', '-it', containerId, '/bin/sh'], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}
