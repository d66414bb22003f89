import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { demux } from '../../source/engine/http/demux.ts';
import { tarOf } from '../../test/support/images.ts';
import { openPage, untilAnswered } from '../../test/support/page.ts';
import { appPort } from './builders.ts';
import { runProgram } from './programs.ts';
import type { World } from './world.ts';

/** The work that sti does, by raw engine calls and one after the other: what a figure of sti's is compared with. */

/** One build; `previous` is the image whose artifacts it gets, by the builder's protocol. Milliseconds. */
export async function rawBuild(
  world: World,
  {
    source,
    image,
    tag,
    previous,
  }: {
    readonly source: string;
    readonly image: string;
    readonly tag: string;
    readonly previous?: { readonly image: string; readonly protocol: 'seed' | 'stream' };
  },
): Promise<number> {
  const { api, signal } = world;
  const started = performance.now();
  const stage = world.stage();
  chmodSync(stage, 0o1777);
  cpSync(source, join(stage, 'src'), { recursive: true });
  const HostConfig = { Binds: [`${stage}:/tmp`] };
  const script = (name: string) => ({ Cmd: [`/usr/libexec/s2i/${name}`], AttachStdout: true, AttachStderr: true });
  if (previous) {
    const artifacts = join(stage, 'artifacts');
    mkdirSync(artifacts);
    const body = {
      Image: previous.image,
      ...script('save-artifacts'),
      HostConfig: { ...HostConfig, AutoRemove: true },
    };
    const id = await create(world, body);
    const output = await api.open('POST', `/containers/${id}/attach?stream=1&stdout=1`, { signal });
    const exit = exitOf(world, id, 'next-exit');
    await start(world, id);
    if (previous.protocol === 'stream') {
      const tar = spawn('tar', ['-xf', '-', '-C', artifacts], { stdio: ['pipe', 'ignore', 'inherit'] });
      const unpacked = once(tar, 'close');
      await pipeline(Readable.from(stdoutOf(output)), tar.stdin);
      await unpacked;
    }
    await exit;
    output.destroy();
  }
  const id = await create(world, { Image: image, ...script('assemble'), HostConfig });
  await start(world, id);
  await exitOf(world, id, 'not-running');
  await commit(world, id, tag);
  return performance.now() - started;
}

/** An incremental build of the stream protocol whose artifacts go into the container's own layer. Milliseconds. */
export async function layerBuild(
  world: World,
  {
    files,
    image,
    tag,
    previous,
  }: {
    readonly files: Readonly<Record<string, string>>;
    readonly image: string;
    readonly tag: string;
    readonly previous: string;
  },
): Promise<number> {
  const { api, signal } = world;
  const started = performance.now();
  const script = (name: string) => ({ Cmd: [`/usr/libexec/s2i/${name}`], AttachStdout: true, AttachStderr: true });
  const owner = { uid: 1001, gid: 0 };
  const source = Object.entries(files).map(([path, content]) => ({ path: `src/${path}`, content, ...owner }));
  const id = await create(world, { Image: image, ...script('assemble') });
  const body = await tarOf([{ path: 'src/', ...owner }, { path: 'artifacts/', ...owner }, ...source]);
  await api.call('PUT', `/containers/${id}/archive?path=/tmp`, { body, signal });
  const saving = await create(world, {
    Image: previous,
    ...script('save-artifacts'),
    HostConfig: { AutoRemove: true },
  });
  const output = await api.open('POST', `/containers/${saving}/attach?stream=1&stdout=1`, { signal });
  const saved = exitOf(world, saving, 'next-exit');
  await start(world, saving);
  const artifacts = Readable.from(stdoutOf(output));
  await api.call('PUT', `/containers/${id}/archive?path=/tmp/artifacts`, { body: artifacts, signal });
  await saved;
  output.destroy();
  await start(world, id);
  await exitOf(world, id, 'not-running');
  await commit(world, id, tag);
  return performance.now() - started;
}

async function commit({ api, signal }: World, id: string, tag: string): Promise<void> {
  const [repo, version] = tag.split(':');
  const body = { Cmd: ['/usr/libexec/s2i/run'] };
  await api.call('POST', `/commit?container=${id}&repo=${repo}&tag=${version}`, { body, signal });
  await api.call('DELETE', `/containers/${id}?v=1`, { signal });
}

/** A container that runs until the script ends. */
export async function runningWith(world: World, image: string, Env: readonly string[]): Promise<string> {
  const id = await create(world, { Image: image, Env });
  world.defer(() => world.remove(`/containers/${id}?v=1&force=1`));
  await start(world, id);
  await untilAnswered(await addressOf(world, id), world.signal);
  return id;
}

/** `docker cp` of a module that exports a text, until the application that reloads answers with it. Milliseconds. */
export async function copyUntilAnswered(world: World, id: string, path: string, text: string): Promise<number> {
  const file = join(world.stage(), 'file');
  writeFileSync(file, `module.exports = '${text}';\n`);
  const page = openPage(await addressOf(world, id), { breaks: true });
  const started = performance.now();
  await runProgram(['docker', 'cp', file, `${id}:${path}`], { env: world.environment(), signal: world.signal });
  const answered = await page.until('/', text, world.signal);
  page.close();
  return answered - started;
}

/** `docker run`: from before the create, or `since`, until the application answers. Milliseconds. */
export function runUntilAnswered(world: World, image: string, since = performance.now()): Promise<number> {
  return withContainer(world, { Image: image }, async (id) => {
    await start(world, id);
    await untilAnswered(await addressOf(world, id), world.signal);
    return performance.now() - since;
  });
}

/** From before the create until a container says its first word: what no standby can do without. Milliseconds. */
export function startUntilReady(world: World, image: string): Promise<number> {
  const { api, signal } = world;
  const started = performance.now();
  const body = { Image: image, Cmd: ['/bin/sh', '-c', 'echo ready; exec sleep 60'] };
  return withContainer(world, body, async (id) => {
    const output = await api.open('POST', `/containers/${id}/attach?stream=1&stdout=1`, { signal });
    const word = once(output, 'data', { signal });
    await start(world, id);
    await word;
    return performance.now() - started;
  });
}

/** An application alone, in a container that runs already: from its first instruction until it answers. Milliseconds. */
export function wakeUntilAnswered(world: World, image: string, entrypoint = ''): Promise<number> {
  const folder = world.stage();
  const wait = `until test -e /word/now; do sleep 0.002; done; exec ${entrypoint} /usr/libexec/s2i/run`;
  const body = {
    Image: image,
    Entrypoint: [],
    Cmd: ['/bin/sh', '-c', wait],
    HostConfig: { Binds: [`${folder}:/word:ro`] },
  };
  return withContainer(world, body, async (id) => {
    await start(world, id);
    const address = await addressOf(world, id);
    await sleep(300);
    const started = performance.now();
    writeFileSync(join(folder, 'now'), '');
    await untilAnswered(address, world.signal);
    return performance.now() - started;
  });
}

async function* stdoutOf(output: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const { stream, bytes } of demux(output)) if (stream === 'stdout') yield bytes;
}

async function withContainer(world: World, body: object, use: (id: string) => Promise<number>): Promise<number> {
  const id = await create(world, body);
  try {
    return await use(id);
  } finally {
    await world.remove(`/containers/${id}?v=1&force=1`);
  }
}

async function start({ api, signal }: World, id: string): Promise<void> {
  await api.call('POST', `/containers/${id}/start`, { signal });
}

async function create({ api, name, signal }: World, body: object): Promise<string> {
  const { Id } = await api.json<{ Id: string }>('POST', `/containers/create?name=${name('raw')}`, { body, signal });
  return Id;
}

async function exitOf({ api, signal }: World, id: string, condition: string): Promise<void> {
  const path = `/containers/${id}/wait?condition=${condition}`;
  const { StatusCode } = await api.json<{ StatusCode: number }>('POST', path, { signal });
  if (StatusCode !== 0) throw new Error(`the container ended with exit code ${StatusCode}`);
}

async function addressOf({ api, signal }: World, id: string) {
  const path = `/containers/${id}/json`;
  const { NetworkSettings } = await api.json<{ NetworkSettings: { IPAddress: string } }>('GET', path, { signal });
  return { host: NetworkSettings.IPAddress, port: appPort };
}
