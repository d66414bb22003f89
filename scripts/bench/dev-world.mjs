// @ts-check
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineApi } from '../engine-api.mjs';
import { projectFolder } from '../project.mjs';
import { ensureStaticBusybox } from '../sample-builder.mjs';
import { appPort, makeNodeBuilder, makeSiteBuilder } from './dev-images.mjs';
import { startDev } from './dev-session.mjs';
import { runProgram } from './programs.mjs';
import { removeContainers, removeImages } from './things.mjs';

const run = `sti-bench-${process.pid}`;
const liveMemory = join(import.meta.dirname, 'live-memory.mjs');

/** @typedef {Awaited<ReturnType<typeof makeDevWorld>>} DevWorld */

/**
 * What all measurements of `sti dev` share. Everything in it is named `sti-bench-…` and removed at the script's end.
 *
 * @param {import('../terminal.mjs').Script} script
 * @param {string} address
 * @param {import('./frame.mjs').Settings} settings
 */
export async function makeDevWorld(script, address, { runs, long }) {
  const { signal } = script;
  if (!address.startsWith('unix://')) throw new Error('The benchmark needs an engine behind a socket of this machine.');
  const socket = address.slice('unix://'.length);
  const api = engineApi(address);
  const folder = mkdtempSync(join(tmpdir(), `${run}-`));
  chmodSync(folder, 0o755);
  script.defer(async () => rmSync(folder, { recursive: true, force: true }));
  script.defer(async () => {
    await removeContainers(api, `${run}-`);
    await removeImages(api, `${run}-`);
  });

  // A copy: whoever works on the program meanwhile builds a new one in the old one's place.
  cpSync(join(projectFolder, 'dist'), join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const [node, main] = [process.execPath, join(folder, 'dist/main.cjs')];

  const builder = { site: `${run}-site:latest`, node: `${run}-node:latest` };
  const busybox = await ensureStaticBusybox(script);
  if (!busybox) throw new Error('The benchmark makes its images from a static busybox: apt-get install busybox-static');
  await makeSiteBuilder(api, builder.site, busybox, signal);

  let count = 0;
  return {
    api,
    folder,
    program: [node, main],
    environment,
    freePort,
    defer: script.defer,
    runs,
    long,
    signal,
    builder,
    /** Only one measurement needs it, and node is large. */
    makeNodeBuilder: () => makeNodeBuilder(api, builder.node, busybox, signal),
    /** @param {string} role */
    containerName: (role) => `${run}-${role}-${randomBytes(4).toString('hex')}`,
    /** @param {string} name */
    tag: (name) => `${run}-app-${name}:latest`,
    /**
     * A folder with these files.
     *
     * @param {string} name
     * @param {Readonly<Record<string, string>>} files
     */
    makeSource(name, files) {
      const root = join(folder, `source-${name}`);
      write(root, files);
      return root;
    },
    /** A path that nothing has. */
    freshPath() {
      count += 1;
      return join(folder, `fresh-${count}`);
    },
    /** Who sti is when it can't use bind mounts; undefined: whoever runs the benchmark is already such a user. */
    ordinaryUser: process.getuid?.() === 0 ? { uid: 1000, gid: statSync(socket).gid } : undefined,
    /**
     * Starts `sti dev` and resolves when the application is served.
     *
     * @param {string} source
     * @param {object} [options]
     * @param {string} [options.image]
     * @param {string} [options.tag]
     * @param {number} [options.standbys]
     * @param {{ uid: number, gid: number } | undefined} [options.user]
     * @param {boolean} [options.watchMemory]
     */
    async dev(source, { image = builder.site, tag, standbys = 2, user, watchMemory = false } = {}) {
      const port = await freePort();
      const args = ['dev', source, image, ...(tag ? [tag] : []), '--port', `${port}:${appPort}`];
      const dev = startDev({
        command: [
          node,
          ...(watchMemory ? ['--expose-gc', '--no-opt', '--import', liveMemory] : []),
          main,
          ...args,
          '--standbys',
          String(standbys),
          '--progress',
          'json',
        ],
        env: environment(user),
        ...(user && { user }),
        port,
        standbys,
        tagged: tag !== undefined,
        api,
        signal,
      });
      script.defer(async () => (await dev.catch(() => undefined))?.stop());
      return dev;
    },
    /** @param {readonly string[]} args */
    sti(args) {
      return runProgram(node, [main, ...args], { env: environment(), signal });
    },
  };

  /**
   * Each run has a home of its own.
   *
   * @param {{ uid: number, gid: number }} [user]
   */
  function environment(user) {
    count += 1;
    const home = join(folder, `home-${count}`);
    const temporary = join(home, 'tmp');
    mkdirSync(temporary, { recursive: true });
    for (const path of user ? [home, temporary] : []) chownSync(path, user?.uid ?? 0, user?.gid ?? 0);
    const { PATH } = process.env;
    return { PATH, HOME: home, XDG_CACHE_HOME: join(home, 'cache'), TMPDIR: temporary, DOCKER_HOST: address };
  }
}

/**
 * @param {string} root
 * @param {Readonly<Record<string, string>>} files
 */
export function write(root, files) {
  mkdirSync(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content, { mode: path.includes('/bin/') ? 0o755 : 0o644 });
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
