// @ts-check
import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';

/**
 * Images without a network and without a base image: one layer from a list of files.
 *
 * @typedef {object} ImageEntry
 * @property {string} path without a leading `/`; one that ends in `/` is a folder
 * @property {Buffer | string} [content]
 * @property {string} [link] target of a symbolic link
 * @property {number} [mode] permission bits; 0644, and 0755 for folders
 * @property {number} [uid]
 * @property {number} [gid]
 */

/**
 * A tar of the entries; of two with one path the later wins, since engines refuse a path that comes twice.
 *
 * @param {readonly ImageEntry[]} entries
 * @returns {Promise<Buffer>}
 */
export async function tarOf(entries) {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const bytes = buffer(tar);
  for (const { path, content = '', link, mode, uid = 0, gid = 0 } of new Map(
    entries.map((entry) => [entry.path, entry]),
  ).values()) {
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
 * @param {import('./engine-api.mjs').EngineApi} api
 * @param {string} tag `name:tag`
 * @param {readonly ImageEntry[]} entries
 * @param {readonly string[]} changes Dockerfile instructions that set the configuration
 * @param {AbortSignal} [signal]
 */
export async function importImage(api, tag, entries, changes, signal) {
  const colon = tag.lastIndexOf(':');
  const query = new URLSearchParams({ fromSrc: '-', repo: tag.slice(0, colon), tag: tag.slice(colon + 1) });
  for (const change of changes) query.append('changes', change);
  const body = await tarOf(entries);
  await finished(await api.open('POST', `/images/create?${query}`, { body, ...(signal ? { signal } : {}) }));
}

/**
 * The engine reports failures of long calls in an answer whose status is 200, one JSON object a line.
 *
 * @param {import('node:http').IncomingMessage} answer
 */
export async function finished(answer) {
  for await (const line of createInterface({ input: answer })) {
    const error = line.startsWith('{') ? JSON.parse(line).error : undefined;
    if (error) throw new Error(error);
  }
}

/** @returns {Promise<string | undefined>} this machine's statically linked busybox, which runs in an empty image */
export async function staticBusybox() {
  for (const path of ['/bin/busybox', '/usr/bin/busybox']) {
    if (await isStatic(path)) return path;
  }
  return undefined;
}

/**
 * A dynamic program names its loader (`/lib64/ld-linux-x86-64.so.2`) near its start.
 *
 * @param {string} path
 */
async function isStatic(path) {
  try {
    const head = await buffer(createReadStream(path, { end: 4095 }));
    return !head.includes('/ld-');
  } catch {
    return false;
  }
}

/**
 * A root file system with busybox and a link for each of its tools.
 *
 * @param {string} busybox path on this machine
 * @returns {ImageEntry[]}
 */
export function busyboxEntries(busybox) {
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
