import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importBuilder } from '../../test/support/builder-image.ts';
import { type EngineApi, EngineApiError, engineApi } from '../../test/support/engine-api.ts';
import { writePrograms } from '../../test/support/write-files.ts';
import { projectFolder } from '../project.mjs';
import { ensureStaticBusybox } from '../sample-builder.ts';
import type { Script } from '../terminal.mjs';
import { builders } from './builders.ts';
import { type ProgramEnded, runProgram } from './programs.ts';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** What all measurements share. Everything in it is named `sti-bench-…` and removed at the script's end. */
export interface World {
  readonly api: EngineApi;
  readonly signal: AbortSignal;
  readonly defer: Script['defer'];
  readonly runs: number;
  readonly long: boolean;
  readonly folder: string;
  /** `node main.cjs`, of a copy: whoever works on the program meanwhile builds a new one in the old one's place. */
  readonly program: readonly [node: string, main: string];
  readonly ordinaryUser: User | undefined;
  name(role: string): string;
  builder(name: keyof typeof builders): Promise<string>;
  /** A new folder. */
  stage(): string;
  source(name: string, files: Readonly<Record<string, string>>): string;
  environment(user?: User): NodeJS.ProcessEnv;
  sti(
    args: readonly string[],
    options?: { readonly exitCode?: number; readonly cache?: string },
  ): Promise<ProgramEnded>;
  emptyNode(): Promise<ProgramEnded>;
  remove(path: string): Promise<void>;
  /** A build that takes the tag from another image, which goes at the script's end. */
  replacing<T>(tag: string, build: () => Promise<T>): Promise<T>;
  /** Waits until no container of these images is left, so that nothing of one run falls into the time of the next. */
  rest(images: readonly string[]): Promise<void>;
}

export async function makeWorld(
  { signal, defer, step, ...script }: Script,
  address: string,
  settings: { readonly runs: number; readonly long: boolean },
): Promise<World> {
  if (!address.startsWith('unix://')) throw new Error('The benchmark needs an engine behind a socket of this machine.');
  const api = engineApi(address);
  const prefix = `sti-bench-${process.pid}`;
  const replaced = new Set<string>();
  const folder = mkdtempSync(join(tmpdir(), `${prefix}-`));
  chmodSync(folder, 0o755);
  defer(async () => rmSync(folder, { recursive: true, force: true }));
  defer(removeAll);
  cpSync(join(projectFolder, 'dist'), join(folder, 'dist'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  if ((await ensureStaticBusybox({ signal, defer, step, ...script })) === undefined) {
    throw new Error('The benchmark makes its images from a static busybox: apt-get install busybox-static');
  }
  const [node, main] = [process.execPath, join(folder, 'dist/main.cjs')];
  const made = new Map<string, Promise<void>>();
  let count = 0;
  const shared = environment();

  return {
    ...settings,
    api,
    signal,
    defer,
    folder,
    program: [node, main],
    ordinaryUser: process.getuid?.() === 0 ? { uid: 1000, gid: statSync(address.slice(7)).gid } : undefined,
    name: (role) => `${prefix}-${role}-${randomBytes(4).toString('hex')}`,
    async builder(name) {
      const tag = `${prefix}-${name}:latest`;
      const making = made.get(name) ?? importBuilder(api, tag, builders[name]());
      made.set(name, making);
      await making;
      return tag;
    },
    stage,
    source(name, files) {
      const root = join(folder, `source-${name}`);
      writePrograms(root, files);
      return root;
    },
    environment,
    sti: (args, { exitCode = 0, cache = join(folder, 'cache') } = {}) =>
      runProgram([node, main, ...args], { env: { ...shared, XDG_CACHE_HOME: cache }, signal, exitCode }),
    emptyNode: () => runProgram([node, '-e', '0'], { env: shared, signal }),
    remove,
    async replacing(tag, build) {
      for (const { Id } of await listed('images', { reference: [tag] })) replaced.add(Id);
      return build();
    },
    async rest(images) {
      while ((await listed('containers', { ancestor: images })).length > 0) await sleep(20, undefined, { signal });
    },
  };

  function stage() {
    count += 1;
    const path = join(folder, `stage-${count}`);
    mkdirSync(path);
    return path;
  }

  function environment(user?: User): NodeJS.ProcessEnv {
    const home = stage();
    const TMPDIR = join(home, 'tmp');
    mkdirSync(TMPDIR);
    for (const path of user ? [home, TMPDIR] : []) chownSync(path, user?.uid ?? 0, user?.gid ?? 0);
    return { PATH: process.env['PATH'], HOME: home, XDG_CACHE_HOME: join(home, 'cache'), TMPDIR, DOCKER_HOST: address };
  }

  function listed(what: 'containers' | 'images', filters: object): Promise<{ Id: string; RepoTags?: string[] }[]> {
    return api.json('GET', `/${what}/json?all=1&filters=${encodeURIComponent(JSON.stringify(filters))}`);
  }

  /** What is gone is fine; what is in use may be free a moment later. */
  async function remove(path: string) {
    for (let left = 20; ; left -= 1, await sleep(250)) {
      try {
        await api.call('DELETE', path);
        return;
      } catch (error) {
        if (!(error instanceof EngineApiError)) throw error;
        if (error.status === 404) return;
        if (left === 0 || error.status !== 409) throw error;
      }
    }
  }

  async function removeAll() {
    for (const { Id } of await listed('containers', { name: [`^/?${prefix}-`] })) {
      await remove(`/containers/${Id}?v=1&force=1`);
    }
    for (const { RepoTags } of await listed('images', { reference: [`${prefix}-*`] })) {
      for (const tag of RepoTags ?? []) await remove(`/images/${tag}`);
    }
    // The newest first: what a later one is built on stays as long as that is there.
    for (const id of [...replaced].reverse()) await remove(`/images/${id}`);
  }
}
