import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { StiError } from '../errors.ts';
import type { FileTree } from '../origin/tree.ts';
import { unpackTar } from '../origin/unpack-tar.ts';
import type { PutFile } from '../protocol/gate.ts';
import type { ContentEntry, ImageFacts } from './image-facts.ts';
import type { Job } from './job.ts';
import type { TransportName } from './request.ts';
import { Standby, type StandbySpec } from './standby.ts';
import {
  bindTransport,
  chooseTransport,
  type Destination,
  type Owner,
  ownLayerTransport,
  streamTransport,
  type Transport,
  uploadTransport,
} from './transport.ts';

export interface WorkplaceSpec {
  /** `build`, `save` or `usage`: part of the container's name. */
  readonly role: string;
  readonly imageId: string;
  readonly user: string;
  /** `NAME=VALUE`, added to the image's. */
  readonly env: readonly string[];
  readonly destination: string;
  readonly facts: Promise<ImageFacts>;
  readonly publish?: StandbySpec['publish'];
  /** No mount: the files are in the container's own layer, so that it can never be committed. */
  readonly ownLayer?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A standby together with its way in: a container that waits for files and for the script to run on them. */
export class Workplace {
  readonly standby: Standby;
  readonly transport: Transport;
  readonly destination: string;
  /** The folder of this machine that the container has as its destination; undefined unless bound. */
  readonly stage: string | undefined;
  readonly owner: Promise<Owner>;
  /** As asked for: a name, a number, or `''` for the image's own. */
  readonly user: string;
  /** Names that the image itself has at the destination. */
  readonly imageNames: ReadonlySet<string>;
  /** Names at the destination that files were placed at. */
  readonly placedNames = new Set<string>();
  readonly #to: Destination;
  readonly #upload: Transport;

  private constructor(
    standby: Standby,
    ways: { readonly transport: Transport; readonly upload: Transport },
    spec: WorkplaceSpec & { readonly owner: Promise<Owner>; readonly content: readonly ContentEntry[] },
  ) {
    const { transport, upload } = ways;
    const { owner } = spec;
    this.standby = standby;
    this.transport = transport;
    this.#upload = upload;
    this.imageNames = new Set(spec.content.map(({ path }) => path).filter((path) => !path.includes('/')));
    this.destination = spec.destination;
    this.stage = transport.mount?.type === 'bind' ? transport.mount.source : undefined;
    this.owner = owner;
    this.user = spec.user;
    this.#to = { path: spec.destination, owner, containerId: standby.ready.then(() => standby.id) };
    this.#to.containerId.catch(() => {});
  }

  static async open(job: Job, spec: WorkplaceSpec): Promise<Workplace> {
    const { engine, session } = job;
    const forced = job.request.transport;
    const onStatus = (text: string) => job.reporter.status('assemble', text);
    const facts = await spec.facts;
    const known = facts.owner(spec.user) ?? numericOwner(spec.user);
    const choice =
      forced === undefined
        ? chooseTransport({
            engineHere: engine.about.socketPath !== undefined,
            rootless: engine.about.rootless,
            self: { uid: job.uid, gid: job.gid },
            user: known,
            contentCopies: facts.content.length === 0 || (job.uid === 0 && facts.content.every(({ plain }) => plain)),
          })
        : { name: forced, reason: 'asked for' };
    const name = session.containerName(spec.role);
    const start = (transport: Transport) =>
      Standby.start(engine, {
        name,
        image: spec.imageId,
        user: spec.user,
        env: spec.env,
        mounts: transport.mount === undefined ? [] : [transport.mount],
        ...(spec.publish && { publish: spec.publish }),
        ...(spec.labels && { labels: spec.labels }),
      });

    let transport = spec.ownLayer
      ? ownLayerTransport(engine, spec.destination)
      : await makeTransport(choice.name, job, name, spec.destination, onStatus);
    let standby: Standby;
    try {
      standby = await start(transport);
    } catch (error) {
      if (transport.name !== 'bind' || forced !== undefined || !bindRefused(error)) throw error;
      onStatus('the engine does not see the files of this machine');
      transport = streamTransport(engine, spec.destination, { forced: false, onStatus });
      standby = await start(transport);
    }
    const reason = spec.ownLayer ? '' : transport.name === choice.name ? ` (${choice.reason})` : '';
    onStatus(`way in: ${spec.ownLayer ? "upload, into the container's own layer" : transport.name}${reason}`);
    const owner = known === undefined ? standby.ready : Promise.resolve(known);
    owner.catch(() => {});
    const workplace = new Workplace(
      standby,
      { transport, upload: uploadTransport(engine, spec.destination) },
      { ...spec, owner, content: facts.content },
    );
    const onAbort = () => standby.discard();
    job.signal.addEventListener('abort', onAbort, { once: true });
    void standby.over.then(() => job.signal.removeEventListener('abort', onAbort));
    if (job.signal.aborted) standby.discard();
    try {
      await workplace.#placeImageContent(engine, facts);
    } catch (error) {
      standby.discard();
      throw error;
    }
    standby.ready.then((seen) => facts.learnOwner(spec.user, seen)).catch(() => {});
    return workplace;
  }

  place(tree: FileTree, folder: string, signal?: AbortSignal): Promise<void> {
    // What the image has there is another's, and the container's user may not be able to write over it.
    const isImages = this.imageNames.has(folder) && !earlierBuild.has(folder);
    const transport = this.transport.name === 'stream' && isImages ? this.#upload : this.transport;
    this.placedNames.add(folder.replace(/\/.*/, ''));
    return transport.place(tree, folder, this.#to, signal);
  }

  /**
   * New content for files that were placed in a folder, by the gate itself: for little of it far quicker than `place`.
   * false: something of it couldn't be written, and has to be placed. Their modification time is now.
   */
  put(files: readonly PutFile[], folder: string): Promise<boolean> {
    return this.standby.put(files.map(({ path, content }) => ({ path: `${this.path(folder)}/${path}`, content })));
  }

  path(folder: string): string {
    return `${this.destination}/${folder}`;
  }

  /** What the image itself has at the destination is there during the build, but never an earlier build's files. */
  async #placeImageContent(engine: Engine, facts: ImageFacts): Promise<void> {
    if (facts.contentArchive === undefined) return;
    if (this.stage !== undefined) {
      const unpacked = `${this.stage}-content`;
      await mkdir(unpacked);
      await unpackTar(createReadStream(facts.contentArchive), unpacked, { code: 'builder' });
      const top = join(unpacked, basename(this.destination));
      for (const name of await readdir(top)) {
        if (!earlierBuild.has(name)) await rename(join(top, name), join(this.stage, name));
      }
      return;
    }
    // A volume begins as a copy of what the image has there.
    const old = facts.content.map((entry) => entry.path).filter((path) => earlierBuild.has(path));
    if (old.length === 0) return;
    await this.standby.ready;
    const command = ['rm', '-rf', ...old.map((path) => this.path(path))];
    const { exitCode, output } = await engine.exec(this.standby.id, { command, user: '0' });
    if (exitCode === 0) return;
    throw new StiError(
      'builder',
      `the image has ${old.map((path) => this.path(path)).join(', ')} already: ${output.trim()}`,
      {
        hint: 'Use a builder image without the files of an earlier build.',
      },
    );
  }
}

/** Left in images by s2i, which doesn't remove them. */
const earlierBuild = new Set(['src', 'artifacts']);

async function makeTransport(
  name: TransportName,
  job: Job,
  containerName: string,
  destination: string,
  onStatus: (text: string) => void,
): Promise<Transport> {
  switch (name) {
    case 'bind':
      return bindTransport(join(job.session.folder, containerName), destination, job.selinux);
    case 'stream':
      return streamTransport(job.engine, destination, { forced: job.request.transport === 'stream', onStatus });
    case 'upload':
      return uploadTransport(job.engine, destination);
  }
}

/** `1001:0` says both ids; `1001` alone doesn't, since passwd may give it another group than 0. */
function numericOwner(user: string): Owner | undefined {
  if (user === '' || user === '0' || user === 'root') return { uid: 0, gid: 0 };
  const match = /^(\d+):(\d+)$/.exec(user);
  return match === null ? undefined : { uid: Number(match[1]), gid: Number(match[2]) };
}

/** The engine can't see a folder of this machine: it runs elsewhere, behind a forwarded socket or in a machine of its own. */
function bindRefused(error: unknown): boolean {
  return (
    error instanceof StiError &&
    error.code === 'engine-failed' &&
    /bind source path does not exist/i.test(error.message)
  );
}
