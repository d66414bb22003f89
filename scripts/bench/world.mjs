// @ts-check
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineApi } from '../engine-api.mjs';
import { busyboxEntries, importImage, tarOf } from '../images.mjs';
import { projectFolder } from '../project.mjs';
import { ensureStaticBusybox } from '../sample-builder.mjs';
import { runProgram } from './programs.mjs';
import * as scripts from './scripts.mjs';
import { removeContainers, removeImage, removeImages } from './things.mjs';

/** What all measurements share: builder images, sources, the program, and a place for temporary things. */

const run = `sti-bench-${process.pid}`;
const uid = process.getuid?.() ?? 0;
const gid = process.getgid?.() ?? 0;

/** Files and bytes of the artifacts in the incremental builds. */
export const artifacts = { files: 2000, bytes: 50_000_000 };

/** @typedef {Awaited<ReturnType<typeof makeWorld>>} World */

/**
 * Everything in it is named `sti-bench-…` and removed at the script's end.
 *
 * @param {import('../terminal.mjs').Script} script
 * @param {string} address
 * @param {{ runs: number, s2i: string | undefined }} options
 */
export async function makeWorld(script, address, { runs, s2i }) {
  const { signal } = script;
  if (!address.startsWith('unix://')) throw new Error('The benchmark needs an engine behind a socket of this machine.');
  const api = engineApi(address);
  const folder = mkdtempSync(join(tmpdir(), `${run}-`));
  script.defer(async () => rmSync(folder, { recursive: true, force: true }));
  script.defer(async () => {
    await removeContainers(api, `${run}-`);
    await atRest(AbortSignal.timeout(30_000));
    await removeImages(api, `${run}-`);
  });

  // A copy: whoever works on the program meanwhile builds a new one in the old one's place.
  cpSync(join(projectFolder, 'dist'), join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const name of ['tmp', 'home', 'stages']) mkdirSync(join(folder, name));
  const source = makeSource('source', { 'index.html': '<h1>Hello</h1>\n' });

  const builder = { seed: `${run}-seed:latest`, stream: `${run}-stream:latest` };
  const previous = { seed: `${run}-seed-previous:latest`, stream: `${run}-stream-previous:latest` };
  await script.step('images', async () => {
    const busybox = await ensureStaticBusybox(script);
    if (!busybox)
      throw new Error('The benchmark makes its images from a static busybox: apt-get install busybox-static');
    for (const protocol of /** @type {const} */ (['seed', 'stream'])) await makeBuilder(busybox, protocol);
    return `${builder.seed}, ${builder.stream}`;
  });

  let count = 0;
  /** A new empty folder. */
  const stage = () => {
    count += 1;
    const path = join(folder, 'stages', String(count));
    mkdirSync(path);
    return path;
  };
  const env = {
    PATH: process.env['PATH'],
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    DOCKER_HOST: address,
    DOCKER_API_VERSION: '1.41',
  };

  return {
    api,
    folder,
    runs,
    signal,
    source,
    builder,
    previous,
    /** The image that a build makes. */
    tag: `${run}-app:latest`,
    makeSource,
    stage,
    /** @param {string} role */
    containerName: (role) => `${run}-${role}-${randomBytes(4).toString('hex')}`,

    /**
     * @param {readonly string[]} args
     * @param {{ cache?: string, exitCode?: number, watchMemory?: boolean }} [options] `cache`: the user's cache folder
     */
    sti: (args, { cache = join(folder, 'cache'), ...options } = {}) =>
      runProgram(process.execPath, [join(folder, 'dist/main.cjs'), ...args], {
        env: { ...env, XDG_CACHE_HOME: cache },
        signal,
        ...options,
      }),
    emptyNode: () => runProgram(process.execPath, ['-e', '0'], { env, signal }),
    /** undefined: not asked for. */
    s2i: s2i === undefined ? undefined : (/** @type {string[]} */ ...args) => runProgram(s2i, args, { env, signal }),

    /**
     * After a run: removes what it made, and waits until the engine has come to rest, so that nothing of one run falls
     * into the time of the next.
     */
    async tidy() {
      await removeImage(api, `${run}-app:latest`);
      rmSync(join(folder, 'stages'), { recursive: true, force: true });
      mkdirSync(join(folder, 'stages'));
      await atRest(signal);
    },
  };

  /**
   * @param {string} name
   * @param {Readonly<Record<string, string>>} files
   */
  function makeSource(name, files) {
    const root = join(folder, name);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), content, { mode: 0o755 });
    }
    return root;
  }

  /**
   * A builder, and an image that it might have built, which is full of artifacts. They run as this script's user, so
   * that sti may use a bind as whoever runs the benchmark.
   *
   * @param {string} busybox
   * @param {'seed' | 'stream'} protocol
   */
  async function makeBuilder(busybox, protocol) {
    const texts = { assemble: scripts.assemble, run: scripts.run, 'save-artifacts': scripts.saveArtifacts[protocol] };
    const entries = [
      ...busyboxEntries(busybox),
      { path: 'app/', uid, gid },
      ...Object.entries(texts).map(([name, content]) => ({ path: `usr/libexec/s2i/${name}`, content, mode: 0o755 })),
    ];
    const url = 'LABEL io.openshift.s2i.scripts-url=image:///usr/libexec/s2i';
    await importImage(api, builder[protocol], entries, [url, 'ENV PATH=/bin:/usr/bin', `USER ${uid}:${gid}`], signal);

    const name = `${run}-previous-${protocol}`;
    const body = { Image: builder[protocol], Cmd: ['/bin/sh'] };
    await api.call('POST', `/containers/create?name=${name}`, { body, signal });
    await api.call('PUT', `/containers/${name}/archive?path=/app`, { body: await tarOf(artifactEntries()), signal });
    const repo = previous[protocol].replace(/:latest$/, '');
    await api.call('POST', `/commit?container=${name}&repo=${repo}&tag=latest`, { body: {}, signal });
    await api.call('DELETE', `/containers/${name}?v=1`, { signal });
  }

  /**
   * Containers of sti and s2i go a moment after these.
   *
   * @param {AbortSignal} patience
   */
  async function atRest(patience) {
    const images = [...Object.values(builder), ...Object.values(previous)];
    const filters = encodeURIComponent(JSON.stringify({ ancestor: images }));
    for (;;) {
      /** @type {unknown[]} */
      const left = await api.json('GET', `/containers/json?all=1&filters=${filters}`, { signal: patience });
      if (left.length === 0) return;
      await sleep(20, undefined, { signal: patience });
    }
  }
}

/** Files that don't compress, in folders of a hundred. */
function artifactEntries() {
  const size = artifacts.bytes / artifacts.files;
  const bytes = randomBytes(artifacts.bytes);
  const folders = Array.from({ length: artifacts.files / 100 }, (_, index) => ({ path: `deps/${index}/`, uid, gid }));
  const files = Array.from({ length: artifacts.files }, (_, index) => ({
    path: `deps/${Math.floor(index / 100)}/${index}`,
    content: bytes.subarray(index * size, (index + 1) * size),
    uid,
    gid,
  }));
  return [{ path: 'deps/', uid, gid }, ...folders, ...files];
}
