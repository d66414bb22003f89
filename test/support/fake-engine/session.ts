import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache } from '../../../source/build/cache.ts';
import type { Job } from '../../../source/build/job.ts';
import { createReporter } from '../../../source/build/reporter.ts';
import type { BuildRequest } from '../../../source/build/request.ts';
import { TaskGroup } from '../../../source/build/task-group.ts';
import { openWorkspace } from '../../../source/build/workspace/workspace.ts';
import type { DevEvent } from '../../../source/dev/events.ts';
import type { SessionOptions } from '../../../source/dev/options.ts';
import type { AppPorts } from '../../../source/dev/ports/ports.ts';
import { Progress } from '../../../source/dev/progress.ts';
import type { Engine } from '../../../source/engine/engine.ts';
import { parseImageReference, parseOutputReference } from '../../../source/protocol/image/reference.ts';
import { Secrets } from '../../../source/protocol/secrets.ts';
import type { FileTree } from '../../../source/tree/tree.ts';
import type { Turn } from './container.ts';
import { builderName } from './engine.ts';

export const tag = 'app:latest';

/** A source folder with the one file `state`, as the watcher sees it. */
export class FakeSource {
  readonly root: string;
  #version = 0;

  constructor(root: string) {
    this.root = root;
  }

  /** Writes a state; its length varies. */
  save(state: string): FileTree {
    this.#version += 1;
    const content = `${state}\n${'.'.repeat(this.#version % 3)}`;
    writeFileSync(join(this.root, 'state'), content);
    const entry = { type: 'file', path: 'state', mode: 0o644, mtimeMs: 1_000_000 * this.#version } as const;
    const entries = [{ ...entry, size: content.length, version: this.#version }];
    return { root: this.root, entries, disposable: false };
  }
}

/** What a build in the loop has at hand, on an engine that isn't real. */
export async function createJob(
  engine: Engine,
  folders: { readonly source: string; readonly tmp: string },
  emit: (event: DevEvent) => void,
  stop: AbortSignal,
  transport: 'bind' | 'upload' = 'upload',
): Promise<Job> {
  const request: BuildRequest = {
    source: folders.source,
    builder: parseImageReference(builderName),
    tag: parseOutputReference(tag),
    env: [],
    envFile: [],
    labels: {},
    clean: false,
    removePrevious: false,
    pullPolicy: 'if-not-present',
    keepWorkspace: false,
    artifactsTimeout: 1_000,
    transport,
  };
  const secrets = new Secrets();
  const tasks = new TaskGroup(stop);
  const workspace = await openWorkspace({ tmpDir: folders.tmp, identity: 'test', pid: process.pid });
  return {
    engine,
    request,
    checked: { source: { kind: 'folder', path: folders.source }, tag },
    workspace,
    reporter: createReporter(emit, secrets),
    tasks,
    signal: tasks.signal,
    cache: memoryCache(),
    emit,
    secrets,
    http: { request: () => Promise.reject(new Error('nothing is fetched here')), authorities: async () => '' },
    cwd: '/',
    cacheDir: join(folders.tmp, 'cache'),
    tmpDir: folders.tmp,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    pid: process.pid,
    identity: 'test',
    selinux: false,
    isAlive: () => true,
  };
}

/** Host ports that only note where they lead. */
export function recordPorts(turn: Turn): AppPorts & { readonly switches: { containerId: string; cycle: number }[] } {
  const switches: { containerId: string; cycle: number }[] = [];
  return {
    switches,
    urls: [],
    containerPorts: [],
    first: undefined,
    waitReady: async (details, signal) => {
      await turn(`${details.id} answers`);
      signal.throwIfAborted();
    },
    answers: async () => true,
    silent: async () => [],
    report: () => {},
    switchTo: ({ id }, cycle) => void switches.push({ containerId: id, cycle }),
    takeUp: () => {},
    drained: async ({ id }) => void (await turn(`${id} is left by its clients`)),
    suspend: () => {},
    refuse: () => {},
  };
}

export function sessionOptions(ports: AppPorts, emit: (event: DevEvent) => void): SessionOptions {
  return {
    standbys: 2,
    quietTime: 500,
    readyTimeout: 1_000_000,
    sync: true,
    mappings: [],
    reload: false,
    devEnv: [],
    keepImages: false,
    once: false,
    ports,
    progress: new Progress(),
    emit,
  };
}

function memoryCache(): Cache {
  const entries = new Map<string, string>();
  return {
    read: async (name) => entries.get(name),
    write: async (name, text) => void entries.set(name, text),
    find: async () => undefined,
    store: async () => {},
    trim: async () => {},
  };
}
