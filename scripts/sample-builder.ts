import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { EngineApi } from '../test/support/engine-api.ts';
import { filesBelow } from '../test/support/files-below.ts';
import { buildFolder, busyboxEntries, type ImageEntry, importImage, staticBusybox } from '../test/support/images.ts';
import { canInstall, install } from './apt.ts';
import { projectFolder } from './project.mjs';
import type { Script } from './terminal.mjs';

export const sampleBuilder = 'sti-static:latest';
const folder = join(projectFolder, 'templates/static');

/**
 * Makes the builder image for static sites: from this machine's static busybox when there is one or it can be
 * installed, else from its Dockerfile, which takes `busybox` from Docker Hub. Says what was done.
 */
export async function makeSampleBuilder(script: Script, api: EngineApi): Promise<string> {
  const { signal } = script;
  const busybox = await ensureStaticBusybox(script);
  if (busybox === undefined) {
    await buildFolder(api, folder, { tag: sampleBuilder, signal });
    return `${sampleBuilder}, from its Dockerfile`;
  }
  const { entries, changes } = sampleBuilderParts();
  await importImage(api, sampleBuilder, [...busyboxEntries(busybox), ...entries], changes, signal);
  return `${sampleBuilder}, from ${busybox}, without a network`;
}

/** undefined: there is none and it can't be installed. */
export async function ensureStaticBusybox(script: Script): Promise<string | undefined> {
  const here = await staticBusybox();
  if (here || !canInstall) return here;
  await install(script, ['busybox-static'], 'no static busybox to make images from');
  return staticBusybox();
}

/**
 * What the builder's Dockerfile does, as files and configuration to put on another base. Its one RUN makes the folder of
 * the application.
 */
export function sampleBuilderParts(): { entries: ImageEntry[]; changes: string[] } {
  const lines = readFileSync(join(folder, 'Dockerfile'), 'utf8')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  const entries: ImageEntry[] = [
    { path: 'usr/libexec/' },
    { path: 'opt/' },
    { path: 'opt/app-root/', mode: 0o775, uid: 1001 },
  ];
  const changes: string[] = [];
  for (const instruction of lines.filter((line) => line && !line.startsWith('#'))) {
    const [verb, from = '', to = ''] = instruction.split(/\s+/);
    if (verb === 'COPY') entries.push(...copied(join(folder, from), to.slice(1)));
    else if (verb && !['ARG', 'FROM', 'RUN'].includes(verb)) changes.push(instruction);
  }
  return { entries, changes };
}

/** A file, or a folder of files, at its path in the image. */
function copied(from: string, to: string): ImageEntry[] {
  const isFolder = statSync(from).isDirectory();
  const files = (isFolder ? filesBelow(from) : [from]).map((path) => ({
    path: isFolder ? join(to, relative(from, path)) : to,
    content: readFileSync(path),
    mode: statSync(path).mode & 0o111 ? 0o755 : 0o644,
  }));
  const folders = new Set(isFolder ? files.map(({ path }) => `${dirname(path)}/`) : []);
  return [...[...folders].map((path) => ({ path })), ...files];
}
