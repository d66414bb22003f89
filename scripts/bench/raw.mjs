// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stopwatch } from './measure.mjs';

/**
 * The same work as sti's by nothing but engine calls, one after the other, inside this warm process: the least that a
 * serial program could take.
 *
 * @typedef {{ ms: number, laps: Record<string, number> }} RawRun
 *
 * @param {import('./world.mjs').World} world
 * @param {string} image of the builder
 * @param {'seed' | 'stream'} [protocol] absent: a clean build
 * @returns {Promise<RawRun>}
 */
export async function rawBuild(world, image, protocol) {
  const { api, signal, tag } = world;
  const watch = stopwatch();
  const stage = world.stage();
  chmodSync(stage, 0o1777);
  cpSync(world.source, join(stage, 'src'), { recursive: true });
  watch.lap('copy');
  if (protocol !== undefined) {
    await rawSave(world, world.previous[protocol], protocol, stage);
    watch.lap('save');
  }
  const id = await create(world, image, '/usr/libexec/s2i/assemble', stage, false);
  watch.lap('create');
  await api.call('POST', `/containers/${id}/start`, { signal });
  watch.lap('start');
  await exitOf(world, id);
  watch.lap('wait');
  const body = { Cmd: ['/usr/libexec/s2i/run'] };
  const repo = tag.replace(/:latest$/, '');
  await api.call('POST', `/commit?container=${id}&repo=${repo}&tag=latest`, { body, signal });
  watch.lap('commit');
  await api.call('DELETE', `/containers/${id}?v=1`, { signal });
  watch.lap('remove');
  return { ms: watch.total(), laps: watch.laps };
}

/**
 * The previous image's artifacts, straight to where the build container finds them.
 *
 * @param {import('./world.mjs').World} world
 * @param {string} image
 * @param {'seed' | 'stream'} protocol
 * @param {string} stage
 */
async function rawSave(world, image, protocol, stage) {
  const { api, signal } = world;
  const folder = join(stage, 'artifacts');
  mkdirSync(folder);
  const id = await create(world, image, '/usr/libexec/s2i/save-artifacts', stage, true);
  const printed =
    protocol === 'stream'
      ? await api.open('POST', `/containers/${id}/attach?stream=1&stdout=1`, { signal })
      : undefined;
  const exit = exitOf(world, id, 'next-exit');
  await api.call('POST', `/containers/${id}/start`, { signal });
  if (printed !== undefined) {
    const tar = spawn('tar', ['-xf', '-', '-C', folder], { stdio: ['pipe', 'ignore', 'inherit'] });
    const unpacked = once(tar, 'close');
    await pipeline(Readable.from(stdoutOf(printed)), tar.stdin);
    const [code] = await unpacked;
    if (code !== 0) throw new Error(`tar ended with exit code ${code}`);
  }
  await exit;
}

/**
 * @param {import('./world.mjs').World} world
 * @param {string} image
 * @param {string} command
 * @param {string} stage what the container has as /tmp
 * @param {boolean} autoRemove
 * @returns {Promise<string>}
 */
async function create(world, image, command, stage, autoRemove) {
  const { api, signal } = world;
  const HostConfig = { Binds: [`${stage}:/tmp`], AutoRemove: autoRemove };
  const body = { Image: image, Cmd: [command], AttachStdout: true, AttachStderr: true, HostConfig };
  /** @type {{ Id: string }} */
  const { Id } = await api.json('POST', `/containers/create?name=${world.containerName('raw')}`, { body, signal });
  return Id;
}

/**
 * @param {import('./world.mjs').World} world
 * @param {string} id
 * @param {'not-running' | 'next-exit'} condition
 */
async function exitOf({ api, signal }, id, condition = 'not-running') {
  /** @type {{ StatusCode: number }} */
  const { StatusCode } = await api.json('POST', `/containers/${id}/wait?condition=${condition}`, { signal });
  if (StatusCode !== 0) throw new Error(`the container ended with exit code ${StatusCode}`);
}

/**
 * The engine sends frames: stream number, three zero bytes, length, bytes. Here only stdout is attached.
 *
 * @param {AsyncIterable<Buffer>} frames
 */
async function* stdoutOf(frames) {
  let header = Buffer.alloc(0);
  let missing = 0;
  for await (const piece of frames) {
    for (let rest = piece; rest.length > 0; ) {
      if (missing === 0) {
        const part = rest.subarray(0, 8 - header.length);
        rest = rest.subarray(part.length);
        header = Buffer.concat([header, part]);
        if (header.length < 8) continue;
        missing = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const part = rest.subarray(0, missing);
      rest = rest.subarray(part.length);
      missing -= part.length;
      yield part;
    }
  }
}
