import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import type { ContainerSpec, Engine, ImageConfig, ImageDetails } from '../../../source/engine/engine.ts';
import { StiError } from '../../../source/errors.ts';
import { FakeContainer, type Scripts, type Turn } from './container.ts';

export const builderName = 'builder:latest';

export interface FakeEngineOptions {
  /** Every answer of the engine, and all that happens in its containers, waits for it. */
  readonly turn: Turn;
  readonly scripts: Scripts;
  /** Of the builder image. */
  readonly volumes: readonly string[];
  /** Whether the call fails, and does nothing. */
  readonly fails: (call: string) => boolean;
}

interface FakeImage extends ImageDetails {
  readonly comment: string;
  readonly state: string | undefined;
}

/** An engine for the order of events: nothing runs, and what would happen happens when `turn` lets it. */
export interface FakeEngine extends Engine {
  readonly containers: ReadonlyMap<string, FakeContainer>;
  /** Those that it still has. */
  left(): FakeContainer[];
  /** The state that an image with this tag was made of. */
  tagged(tag: string): string | undefined;
  /** Images that were committed and have no tag. */
  untagged(): string[];
  /** Moves the builder's name to another image. */
  rebuildBuilder(): void;
}

export function createFakeEngine({ turn, scripts, volumes, fails }: FakeEngineOptions): FakeEngine {
  const containers = new Map<string, FakeContainer>();
  const images = new Map<string, FakeImage>();
  let count = 0;
  const addImage = (state: string | undefined, comment: string, tags: readonly string[]) => {
    count += 1;
    const id = `sha256:${String(count).padStart(64, '0')}`;
    images.set(id, {
      id,
      size: count,
      layers: [id],
      platform: 'linux/amd64',
      config: { ...imageConfig, volumes },
      tags,
      comment,
      state,
    });
    return id;
  };
  const tag = (id: string, name: string) => {
    for (const [other, image] of images) {
      const tags = image.tags.filter((one) => one !== name);
      images.set(other, { ...image, tags: other === id ? [...tags, name] : tags });
    }
  };
  addImage(undefined, '', [builderName]);
  const find = (reference: string) =>
    images.get(reference) ?? [...images.values()].find(({ tags }) => tags.includes(reference));
  const left = () => [...containers.values()].filter(({ status }) => status !== 'removed');

  async function call<T>(name: string, signal: AbortSignal | undefined, effect: () => T | Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    let stop = () => {};
    const aborted = new Promise<void>((resolve) => {
      stop = resolve;
      signal?.addEventListener('abort', stop, { once: true });
    });
    await Promise.race([turn(name), aborted]);
    signal?.removeEventListener('abort', stop);
    signal?.throwIfAborted();
    if (fails(name)) throw new StiError('engine-failed', `${name} was refused`);
    return effect();
  }
  const containerOf = (id: string) => {
    const container = containers.get(id);
    if (container === undefined || container.status === 'removed')
      throw new StiError('engine-failed', `no such container: ${id}`);
    return container;
  };

  return {
    containers,
    left,
    tagged: (name) => find(name)?.state,
    untagged: () =>
      [...images.values()].filter(({ tags, comment }) => tags.length === 0 && comment !== '').map(({ id }) => id),
    rebuildBuilder: () => tag(addImage(undefined, '', []), builderName),
    about: {
      kind: 'docker',
      address: 'fake:',
      from: 'the test',
      secure: false,
      socketPath: '/fake.sock',
      apiVersion: '1.41',
      rootless: false,
    },
    describe: (signal) => call('describe', signal, () => ({ version: '1', root: '/', hostName: '', kernel: '' })),
    ping: (signal) => call('ping', signal, () => {}),
    inspectImage: (reference, signal) => call('inspect image', signal, () => find(reference)),
    pullImage: (_reference, _onStatus, signal) => call('pull', signal, () => {}),
    pushImage: (_reference, _on, signal) => call('push', signal, () => `sha256:${'0'.repeat(64)}`),
    findLogin: async () => undefined,
    saveImage: (_reference, signal) => call('save', signal, () => Readable.from([])),
    buildImage: () => call('build', undefined, () => ({ failure: 'there is no builder here' })),
    tagImage: (id, name) => call('tag', undefined, () => tag(id, name)),
    removeImage: (reference) =>
      call('remove image', undefined, () => {
        const image = find(reference);
        if (image === undefined) return 'absent';
        if (image.tags.length > 0 || left().some(({ spec }) => spec.image === image.id)) return 'in-use';
        images.delete(image.id);
        return 'removed';
      }),
    descendants: () => call('list images', undefined, () => []),
    danglingImages: () => call('list images', undefined, () => [...images.values()].filter(({ tags }) => !tags[0])),
    createContainer: (spec: ContainerSpec) =>
      call(`create ${spec.name.replace(/^.*-(?=\w+-\d+$)/, '')}`, undefined, () => {
        count += 1;
        const id = `${spec.name.replace(/^.*-(?=\w+-\d+$)/, '')}`;
        containers.set(id, new FakeContainer(id, spec, find(spec.image)?.state, turn, scripts));
        return id;
      }),
    attach: (id, signal) => call(`attach ${id}`, signal, () => containerOf(id).attach()),
    start: (id, signal) => call(`start ${id}`, signal, () => containerOf(id).start()),
    async wait(id) {
      const exitCode = await containerOf(id).ended;
      await turn(`${id} is seen to have ended`);
      return { exitCode };
    },
    async waitRemoved(id, signal) {
      await Promise.race([containerOf(id).removed, aborted(signal)]);
    },
    leaveNetwork: async () => {},
    usage: async () => undefined,
    inspectContainer: (id) => call(`inspect ${id}`, undefined, () => containers.get(id)?.details),
    stop: (id) => call(`stop ${id}`, undefined, () => containers.get(id)?.end(143)),
    removeContainer: (id) => call(`remove ${id}`, undefined, () => containers.get(id)?.remove()),
    changes: (id) => call(`changes of ${id}`, undefined, () => []),
    listContainers: ({ namePrefix }) =>
      call('list containers', undefined, () =>
        left()
          .filter(({ spec }) => spec.name.startsWith(namePrefix))
          .map(({ id, spec, status }) => ({ id, name: spec.name, state: status })),
      ),
    commit: (id, { comment }, signal) =>
      call(`commit ${id}`, signal, () => addImage(containerOf(id).state, comment, [])),
    exec: (id, { command }, signal) =>
      call(`exec in ${id}`, signal, () => {
        const { files } = containerOf(id);
        for (const path of [...files.keys()])
          if (command.some((one) => path === one || path.startsWith(`${one}/`))) files.delete(path);
        return { exitCode: 0, output: '' };
      }),
    attachExec: (id) =>
      call(`exec in ${id}`, undefined, () => {
        throw new StiError('engine-failed', 'nothing can be run here');
      }),
    async putArchive(id, _path, tar, signal) {
      const list = extract();
      // Whole: what goes wrong with reading it is told before anything is unpacked.
      list.end(await buffer(tar));
      const brought = new Map<string, string>();
      for await (const entry of list) {
        if (entry.header.type === 'file') brought.set(`/${entry.header.name}`, await text(entry));
        else entry.resume();
      }
      await call(`put into ${id}`, signal, () => {
        const { files } = containerOf(id);
        for (const [path, content] of brought) files.set(path, content);
      });
    },
    getArchive: (_id, _path, signal) => call('get archive', signal, () => undefined),
    statPath: (_id, path, signal) =>
      call('stat', signal, () =>
        /^\/scripts\/(assemble|run)$/.test(path)
          ? { type: 'file' as const, size: 1, mode: 0o755, linkTarget: '' }
          : undefined,
      ),
    close() {},
  };
}

const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
const imageConfig: ImageConfig = {
  user,
  env: [],
  cmd: [],
  entrypoint: [],
  workingDir: '',
  labels: { 'io.openshift.s2i.scripts-url': 'image:///scripts' },
  volumes: [],
  exposedPorts: [],
  onBuild: [],
  stopSignal: '',
  shell: [],
  healthcheck: undefined,
};

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
