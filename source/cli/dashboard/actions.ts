import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ShellTarget } from '../../dev/controls.ts';
import { messageOf } from '../../errors.ts';
import type { Environment } from '../../terminal/output.ts';

/** How long a request that is sent again may take; milliseconds. */
const resendMs = 60_000;

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

/** Asks for the path again; the answer's body is nobody's. Resolves to what came of it. */
export async function sendAgain(url: string, path: string): Promise<string> {
  if (!path.startsWith('/')) return `only a path of the application can be asked for again, not ${path}`;
  const started = performance.now();
  try {
    // Put together, not resolved: a path such as //elsewhere stays a path.
    const response = await fetch(url.replace(/\/+$/, '') + path, {
      redirect: 'manual',
      signal: AbortSignal.timeout(resendMs),
    });
    await response.body?.cancel();
    return `GET ${path} again: ${response.status} in ${Math.round(performance.now() - started)} ms`;
  } catch (error) {
    return `GET ${path} again: ${messageOf(error)}`;
  }
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

/** Runs the user's editor with this terminal, and resolves when it is left. */
export function runEditor(path: string, line: number | undefined, env: Environment): Promise<void> {
  const [command = 'vi', ...rest] = (env['VISUAL'] || env['EDITOR'] || 'vi').split(/\s+/).filter((word) => word !== '');
  const place =
    line === undefined
      ? [path]
      : /(^|\/)(code|codium|cursor|subl|zed)$/.test(command)
        ? [`${path}:${line}`]
        : [`+${line}`, path];
  const isCode = /(^|\/)(code|codium|cursor)$/.test(command) && line !== undefined;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...rest, ...(isCode ? ['-g'] : []), ...place], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}

/** What puts text into the terminal's clipboard (OSC 52). */
export function clipboardSequence(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;
}
