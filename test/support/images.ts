import { execFileSync, spawn } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { EngineApi } from './engine-api.ts';

/** A file of an image that is made without a network and without a base image. */
export interface ImageEntry {
  /** Without a leading `/`; one that ends in `/` is a folder. */
  readonly path: string;
  readonly content?: Buffer | string;
  /** Target of a symbolic link. */
  readonly link?: string;
  /** Permission bits; 0644, and 0755 for folders. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** A tar of the entries; of two with one path the later wins, since engines refuse a path that comes twice. */
export async function tarOf(entries: readonly ImageEntry[]): Promise<Buffer> {
  const tar = pack();
  const bytes = buffer(tar);
  for (const entry of new Map(entries.map((one) => [one.path, one])).values()) {
    const { path, content = '', link, mode, uid = 0, gid = 0 } = entry;
    const folder = path.endsWith('/');
    const header = { name: path, mode: mode ?? (folder ? 0o755 : 0o644), uid, gid, mtime: new Date(0) };
    if (link !== undefined) tar.entry({ ...header, type: 'symlink', linkname: link });
    else if (folder) tar.entry({ ...header, type: 'directory' });
    else tar.entry({ ...header, type: 'file' }, content);
  }
  tar.finalize();
  return bytes;
}

/**
 * @param tag `name:tag`
 * @param layer the files, or a tar of them
 * @param changes Dockerfile instructions that set the configuration
 */
export async function importImage(
  api: EngineApi,
  tag: string,
  layer: readonly ImageEntry[] | Readable,
  changes: readonly string[] = [],
  signal?: AbortSignal,
): Promise<void> {
  const colon = tag.lastIndexOf(':');
  const query = new URLSearchParams({ fromSrc: '-', repo: tag.slice(0, colon), tag: tag.slice(colon + 1) });
  for (const change of changes) query.append('changes', change);
  const body = 'pipe' in layer ? layer : await tarOf(layer);
  await finished(await api.open('POST', `/images/create?${query}`, { body, ...(signal && { signal }) }));
}

interface FolderBuild {
  readonly tag: string;
  /** More of the engine's parameters. */
  readonly query?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What `docker build` does with a folder, as engines have it without BuildKit; all that it printed. */
export async function buildFolder(api: EngineApi, folder: string, options: FolderBuild): Promise<string> {
  const { tag, query: more, signal } = options;
  const context = spawn('tar', ['-C', folder, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const query = new URLSearchParams({ t: tag, forcerm: '1', ...more });
  return finished(await api.open('POST', `/build?${query}`, { body: context.stdout, ...(signal && { signal }) }));
}

/**
 * The engine reports failures of long calls in an answer whose status is 200, one JSON object a line. Resolves to what it
 * printed, and rejects with that when it failed.
 */
async function finished(answer: Readable): Promise<string> {
  let printed = '';
  let failed = false;
  for await (const line of createInterface({ input: answer })) {
    if (!line.startsWith('{')) continue;
    const { stream = '', error }: { readonly stream?: string; readonly error?: string } = JSON.parse(line);
    printed += stream + (error ?? '');
    failed ||= error !== undefined;
  }
  if (failed) throw new Error(printed);
  return printed;
}

/** This machine's statically linked busybox, which runs in an empty image. */
export async function staticBusybox(): Promise<string | undefined> {
  for (const path of ['/bin/busybox', '/usr/bin/busybox']) {
    if (await isStatic(path)) return path;
  }
  return undefined;
}

/** A dynamic program names its loader (`/lib64/ld-linux-x86-64.so.2`) near its start. */
async function isStatic(path: string): Promise<boolean> {
  try {
    const head = await buffer(createReadStream(path, { end: 4095 }));
    return !head.includes('/ld-');
  } catch {
    return false;
  }
}

/** A root file system with this busybox and a link for each of its tools. */
export function busyboxEntries(busybox: string): ImageEntry[] {
  const tools = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  return [
    { path: 'bin/' },
    { path: 'bin/busybox', content: readFileSync(busybox), mode: 0o755 },
    ...tools.filter((tool) => tool !== 'busybox').map((tool) => ({ path: `bin/${tool}`, link: 'busybox' })),
    { path: 'usr/' },
    { path: 'usr/bin/' },
    { path: 'usr/bin/env', link: '/bin/busybox' },
    { path: 'tmp/', mode: 0o1777 },
    { path: 'etc/' },
    { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\n' },
    { path: 'etc/group', content: 'root:x:0:\n' },
    { path: 'root/', mode: 0o700 },
  ];
}
