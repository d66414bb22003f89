// @ts-check
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { canInstall, install } from './apt.mjs';
import { busyboxEntries, finished, importImage, staticBusybox, tarOf } from './images.mjs';
import { projectFolder } from './project.mjs';

export const sampleBuilder = 'sti-static:latest';
const folder = join(projectFolder, 'templates/static');

/**
 * Makes the builder image for static sites: from this machine's static busybox when there is one or it can be
 * installed, else from its Dockerfile, which takes `busybox` from Docker Hub.
 *
 * @param {import('./terminal.mjs').Script} script
 * @param {import('./engine-api.mjs').EngineApi} api
 * @returns {Promise<string>} what was done
 */
export async function makeSampleBuilder(script, api) {
  const busybox = await ensureStaticBusybox(script);
  if (busybox) {
    const { entries, changes } = sampleBuilderParts();
    await importImage(api, sampleBuilder, [...busyboxEntries(busybox), ...entries], changes, script.signal);
    return `${sampleBuilder}, from ${busybox}, without a network`;
  }
  const body = await tarOf(filesBelow(folder, ''));
  await finished(await api.open('POST', `/build?t=${sampleBuilder}&forcerm=1`, { body, signal: script.signal }));
  return `${sampleBuilder}, from its Dockerfile`;
}

/**
 * @param {import('./terminal.mjs').Script} script
 * @returns {Promise<string | undefined>} undefined: there is none and it can't be installed
 */
export async function ensureStaticBusybox(script) {
  const here = await staticBusybox();
  if (here || !canInstall) return here;
  await install(script, ['busybox-static'], 'no static busybox to make images from');
  return staticBusybox();
}

/**
 * What the builder's Dockerfile does, as files and configuration to put on another base. Its one RUN makes the folder of
 * the application.
 */
export function sampleBuilderParts() {
  const instructions = readFileSync(join(folder, 'Dockerfile'), 'utf8')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  /** @type {import('./images.mjs').ImageEntry[]} */
  const entries = [{ path: 'usr/libexec/' }, { path: 'opt/' }, { path: 'opt/app-root/', mode: 0o775, uid: 1001 }];
  const changes = [];
  for (const instruction of instructions) {
    const [verb, from = '', to = ''] = instruction.split(/\s+/);
    if (verb === 'COPY') entries.push(...filesBelow(join(folder, from), to.slice(1)));
    else if (verb && !['ARG', 'FROM', 'RUN'].includes(verb)) changes.push(instruction);
  }
  return { entries, changes };
}

/**
 * @param {string} path a file or a folder
 * @param {string} target its path in the image, without a leading `/`
 * @returns {import('./images.mjs').ImageEntry[]}
 */
function filesBelow(path, target) {
  const stat = statSync(path);
  if (!stat.isDirectory())
    return [{ path: target, content: readFileSync(path), mode: stat.mode & 0o111 ? 0o755 : 0o644 }];
  const prefix = target && `${target.replace(/\/$/, '')}/`;
  const children = readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name), `${prefix}${name}`));
  return prefix ? [{ path: prefix }, ...children] : children;
}
