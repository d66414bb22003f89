import { randomBytes } from 'node:crypto';
import { closeSync, cpSync, ftruncateSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tarOf } from '../../test/support/images.ts';
import { runProgram } from './programs.ts';
import { rawBuild } from './raw.ts';
import { interleave, row, type Section } from './report.ts';
import type { World } from './world.ts';

const artifacts = { files: 2000, bytes: 50_000_000 };

/** s2i as a third column, when its program is named. */
export function s2iColumn(world: World, source: string, image: string, tag: string, ...options: string[]) {
  const s2i = process.env['S2I_BIN'];
  if (s2i === undefined) return {};
  const command = [s2i, 'build', source, image, tag, '--pull-policy', 'never', ...options];
  const env = { ...world.environment(), DOCKER_API_VERSION: '1.41' };
  return { s2i: () => runProgram(command, { env, signal: world.signal }) };
}

export async function trivial(world: World): Promise<Section> {
  const source = world.source('one', { 'index.html': '<h1>Hello</h1>\n' });
  const image = await world.builder('seed');
  const tag = `${world.name('app')}:latest`;
  const tidied = (build: () => Promise<{ readonly ms: number }>) => async () => {
    const { ms } = await build();
    await world.remove(`/images/${tag}`);
    await world.rest([image]);
    return ms;
  };
  const contestants: Record<string, () => Promise<number>> = {
    sti: tidied(() => world.sti(['build', source, image, tag, '--clean'])),
    raw: tidied(async () => ({ ms: await rawBuild(world, { source, image, tag }) })),
    node: async () => (await world.emptyNode()).ms,
  };
  for (const [name, build] of Object.entries(s2iColumn(world, source, image, tag))) contestants[name] = tidied(build);
  const { sti = [], raw = [], s2i, node = [] } = await interleave(contestants, world);
  return {
    title: 'clean build of one file, whole process',
    rows: [
      row('sti build', sti, { ratioTo: ['raw calls', raw], atMost: 1.15 }),
      row('raw calls: copy, create, start, wait, commit, remove', raw),
      ...(s2i ? [row('s2i build', s2i, { ratioTo: ['raw calls', raw] })] : []),
      row('node -e 0', node),
    ],
  };
}

/** Builds that reuse many artifacts, in both protocols; each begins with the same previous image. */
export async function incremental(world: World): Promise<Section> {
  const rows = [...(await withProtocol(world, 'seed')), ...(await withProtocol(world, 'stream'))];
  return { title: `incremental build, ${artifacts.files} files and ${artifacts.bytes / 1e6} MB of artifacts`, rows };
}

async function withProtocol(world: World, protocol: 'seed' | 'stream') {
  const source = world.source('one', { 'index.html': '<h1>Hello</h1>\n' });
  const image = await world.builder(protocol);
  const previous = { image: await previousImage(world, image), protocol };
  const name = world.name('app');
  const tag = `${name}:latest`;
  const [warm, fresh] = [join(world.folder, `${protocol}-warm`), join(world.folder, `${protocol}-fresh`)];
  const tidied = (build: () => Promise<{ readonly ms: number }>) => async () => {
    await world.api.call('POST', `/images/${previous.image}/tag?repo=${name}&tag=latest`);
    const { ms } = await build();
    await world.remove(`/images/${tag}`);
    await world.rest([image, previous.image]);
    return ms;
  };
  const stiBuild = async (cache: string) => {
    const ended = await world.sti(['build', source, image, tag, '--progress', 'json'], { cache });
    if (!/"step-finished"[^\n]*"artifacts"[^\n]*restored/.test(ended.stdout)) throw new Error('nothing was reused');
    return ended;
  };
  await tidied(() => stiBuild(warm))();
  const contestants: Record<string, () => Promise<number>> = {
    sti: tidied(() => {
      // It knows the images, but has not asked this one for its artifacts.
      rmSync(fresh, { recursive: true, force: true });
      cpSync(join(warm, 'sti/images'), join(fresh, 'sti/images'), { recursive: true });
      return stiBuild(fresh);
    }),
    raw: tidied(async () => ({ ms: await rawBuild(world, { source, image, tag, previous }) })),
    cached: tidied(() => stiBuild(warm)),
  };
  const others = s2iColumn(world, source, image, tag, '--incremental');
  for (const [other, build] of Object.entries(others)) contestants[other] = tidied(build);
  const { sti = [], raw = [], s2i, cached = [] } = await interleave(contestants, world);
  return [
    row(`${protocol}: sti build`, sti, { ratioTo: ['raw calls', raw], atMost: 1.05 }),
    row(`${protocol}: raw calls: save container, then build container`, raw),
    ...(s2i ? [row(`${protocol}: s2i build --incremental`, s2i, { ratioTo: ['raw calls', raw] })] : []),
    row(`${protocol}: sti build, artifacts in its cache`, cached, { ratioTo: ['raw calls', raw] }),
  ];
}

/** An image that the builder might have made, full of artifacts that don't compress. */
async function previousImage({ api, name, signal }: World, image: string): Promise<string> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const size = artifacts.bytes / artifacts.files;
  const files = Array.from({ length: artifacts.files }, (_, index) => ({
    ...{ path: `deps/${Math.floor(index / 100)}/${index}`, content: randomBytes(size), uid, gid },
  }));
  const folders = [...new Set(files.map(({ path }) => path.replace(/[^/]*$/, '')))];
  const entries = [{ path: 'deps/', uid, gid }, ...folders.map((path) => ({ path, uid, gid })), ...files];
  const [container, repo] = [name('previous'), name('previous')];
  const body = { Image: image, Cmd: ['/bin/sh'] };
  await api.call('POST', `/containers/create?name=${container}`, { body, signal });
  await api.call('PUT', `/containers/${container}/archive?path=/app`, { body: await tarOf(entries), signal });
  await api.call('POST', `/commit?container=${container}&repo=${repo}&tag=latest`, { body: {}, signal });
  await api.call('DELETE', `/containers/${container}?v=1`, { signal });
  return `${repo}:latest`;
}

export async function startUp(world: World): Promise<Section> {
  const url = `unix://${join(world.folder, 'no-engine.sock')}`;
  const build = ['build', world.folder, 'no-builder', '--url', url];
  const { node, help, lost } = await interleave(
    {
      node: async () => (await world.emptyNode()).ms,
      help: async () => (await world.sti(['--help'])).ms,
      lost: async () => (await world.sti(build, { exitCode: 10 })).ms,
    },
    world,
  );
  return {
    title: 'start-up, whole process',
    rows: [
      row('node -e 0', node),
      row('sti --help', help, { over: ['node -e 0', node], atMost: 40 }),
      row('sti build, no engine at its socket', lost, { over: ['node -e 0', node], atMost: 110 }),
    ],
  };
}

export async function memory(world: World): Promise<Section> {
  const [rounds, logBytes, fileBytes] = [3, 50_000_000, 300_000_000];
  const image = await world.builder('seed');
  const assemble = '.sti/bin/assemble';
  const line = 'a line of sixty-three bytes, so that a megabyte is 16384 of the';
  const talking = `#!/bin/sh\nyes '${line}' | head -n ${Math.ceil(logBytes / (line.length + 1))}\n`;
  const talkative = world.source('talkative', { [assemble]: talking });
  const large = world.source('large', { [assemble]: '#!/bin/sh\nexit 0\n' });
  const file = openSync(join(large, 'large.bin'), 'w');
  ftruncateSync(file, fileBytes);
  closeSync(file);
  const cases: Record<string, readonly string[]> = {
    'build with 50 MB of log': [talkative],
    'build with a 300 MB file, bind': [large, '--transport', 'bind'],
    'build with a 300 MB file, stream': [large, '--transport', 'stream'],
  };
  const rows = [];
  const tag = `${world.name('app')}:latest`;
  for (const [name, [source = '', ...options]] of Object.entries(cases)) {
    const peaks = [];
    for (let round = 0; round < rounds; round += 1) {
      peaks.push((await world.sti(['build', source, image, tag, '--clean', ...options])).peak);
      await world.remove(`/images/${tag}`);
    }
    rows.push(row(name, [Math.max(...peaks)], { unit: 'MB', atMost: 120 }));
  }
  return { title: `peak memory of sti's process (VmHWM), worst of ${rounds}`, rows };
}
