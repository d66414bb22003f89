import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { PutFile } from '../../protocol/gate/program.ts';
import { unpackTar } from '../../tree/archive/tar.ts';
import type { FileTree } from '../../tree/tree.ts';
import type { ContentEntry, ImageProbe } from '../image/probe.ts';
import type { Job } from '../job.ts';
import { type BindDelivery, type BoundFolders, bindDelivery } from './delivery/bind.ts';
import { numericOwner, wayIn } from './delivery/choose.ts';
import type { Delivery, Destination, OnProgress, Owner } from './delivery/delivery.ts';
import { streamDelivery } from './delivery/stream.ts';
import { ownLayerDelivery, thrownAwayDelivery, uploadDelivery } from './delivery/upload.ts';
import { Gate, type GateSpec, type OutputSink, type ScriptOutcome } from './gate.ts';

export interface BuildContainerSpec {
  /** `build`, `save` or `usage`: part of the container's name. */
  readonly role: string;
  readonly imageId: string;
  readonly user: string;
  /** `NAME=VALUE`, added to the image's. */
  readonly env: readonly string[];
  readonly destination: string;
  readonly facts: Promise<ImageProbe>;
  readonly publish?: GateSpec['publish'];
  /** No mount, the files are in the container's own layer: of one that is thrown away, or that is cleared before it's committed. */
  readonly ownLayer?: 'thrown-away' | 'committed' | undefined;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A gated container together with the way in: it waits for files and for the script to run on them. */
export class BuildContainer {
  readonly gate: Gate;
  readonly delivery: Delivery;
  readonly destination: string;
  /** The folders of this machine that its files go through; undefined unless bound. */
  readonly bound: BoundFolders | undefined;
  readonly owner: Promise<Owner>;
  /** As asked for: a name, a number, or `''` for the image's own. */
  readonly user: string;
  /** Names that the image itself has at the destination. */
  readonly imageNames: ReadonlySet<string>;
  /** Names at the destination that files were placed at. */
  readonly placedNames = new Set<string>();
  readonly #to: Destination;
  readonly #upload: Delivery;

  private constructor(
    gate: Gate,
    ways: { readonly delivery: Delivery; readonly bound: BindDelivery | undefined; readonly upload: Delivery },
    spec: BuildContainerSpec & { readonly owner: Promise<Owner>; readonly content: readonly ContentEntry[] },
  ) {
    const { delivery, bound, upload } = ways;
    const { owner } = spec;
    this.gate = gate;
    this.delivery = delivery;
    this.bound = bound;
    this.#upload = upload;
    this.imageNames = new Set(spec.content.map(({ path }) => path).filter((path) => !path.includes('/')));
    this.destination = spec.destination;
    this.owner = owner;
    this.user = spec.user;
    this.#to = { path: spec.destination, owner, containerId: gate.ready.then(() => gate.id) };
    this.#to.containerId.catch(() => {});
  }

  static async open(job: Job, spec: BuildContainerSpec): Promise<BuildContainer> {
    const { engine, workspace } = job;
    const { destination } = spec;
    const onStatus = (text: string) => job.reporter.status('assemble', text);
    const facts = await spec.facts;
    const known = facts.owner(spec.user) ?? numericOwner(spec.user);
    const choice = wayIn(job, known, facts.content);
    const forced = job.request.transport;
    const name = workspace.containerName(spec.role);
    const start = ({ mount }: Delivery) =>
      workspace.begin(() =>
        Gate.start(engine, {
          name,
          image: spec.imageId,
          user: spec.user,
          env: spec.env,
          mounts: [...(mount === undefined ? [] : [mount]), ...(job.request.volumes ?? [])],
          settings: job.request.container,
          ...(spec.publish && { publish: spec.publish }),
          ...(spec.labels && { labels: spec.labels }),
        }),
      );

    const upload = uploadDelivery(engine, destination);
    let bound =
      choice.name === 'bind' && !spec.ownLayer
        ? await bindDelivery(join(workspace.folder, name), destination, job.selinux)
        : undefined;
    let delivery: Delivery = bound ?? upload;
    if (spec.ownLayer === 'committed') delivery = ownLayerDelivery(engine, destination);
    else if (spec.ownLayer === 'thrown-away') delivery = thrownAwayDelivery(engine, destination);
    else if (choice.name === 'stream') {
      delivery = streamDelivery(engine, destination, { forced: forced === 'stream', onStatus });
    }
    let gate: Gate;
    try {
      gate = await start(delivery);
    } catch (error) {
      if (bound === undefined || forced !== undefined || !bindRefused(error)) throw error;
      onStatus('the engine does not see the files of this machine');
      bound = undefined;
      delivery = streamDelivery(engine, destination, { forced: false, onStatus });
      gate = await start(delivery);
    }
    const reason = spec.ownLayer ? '' : delivery.name === choice.name ? ` (${choice.reason})` : '';
    onStatus(`copied by ${spec.ownLayer ? "upload, into the container's own layer" : delivery.name}${reason}`);
    const owner = known === undefined ? gate.ready : Promise.resolve(known);
    owner.catch(() => {});
    const ways = { delivery, bound, upload };
    const container = new BuildContainer(gate, ways, { ...spec, owner, content: facts.content });
    const onAbort = () => gate.discard();
    job.signal.addEventListener('abort', onAbort, { once: true });
    void gate.over.then(() => job.signal.removeEventListener('abort', onAbort));
    if (job.signal.aborted) gate.discard();
    try {
      await container.#placeImageContent(engine, facts);
    } catch (error) {
      gate.discard();
      throw error;
    }
    gate.ready.then((seen) => facts.learnOwner(spec.user, seen)).catch(() => {});
    return container;
  }

  /** Runs a script when everything that was placed is in the container's sight; see {@link Gate.run}. */
  async run(verb: 'run' | 'apart' | 'help', path: string, sink: OutputSink): Promise<ScriptOutcome> {
    await this.enter();
    return this.gate.run(verb, path, sink);
  }

  /** Lets what was placed into the container's sight. */
  async enter(): Promise<void> {
    await this.gate.ready;
    await this.delivery.enter(this.#to);
  }

  place(tree: FileTree, folder: string, signal?: AbortSignal, onProgress?: OnProgress): Promise<void> {
    // What the image has there is another's, and the container's user may not be able to write over it.
    const isImages = this.imageNames.has(folder) && !earlierBuild.has(folder);
    const delivery = this.delivery.name === 'stream' && isImages ? this.#upload : this.delivery;
    this.placedNames.add(folder.replace(/\/.*/, ''));
    return delivery.place(tree, folder, this.#to, signal, onProgress);
  }

  /**
   * New content for files that were placed in a folder, by the gate itself: for little of it far quicker than `place`.
   * false: something of it couldn't be written, and has to be placed. Their modification time is now.
   */
  put(files: readonly PutFile[], folder: string): Promise<boolean> {
    return this.gate.put(files.map(({ path, content }) => ({ path: `${this.path(folder)}/${path}`, content })));
  }

  path(folder: string): string {
    return `${this.destination}/${folder}`;
  }

  /** What the image itself has at the destination is there during the build, but never an earlier build's files. */
  async #placeImageContent(engine: Engine, facts: ImageProbe): Promise<void> {
    if (facts.contentArchive === undefined) return;
    if (this.bound !== undefined) {
      const { inbox } = this.bound;
      const unpacked = `${inbox}-content`;
      await mkdir(unpacked);
      await unpackTar(createReadStream(facts.contentArchive), unpacked, { code: 'builder' });
      const top = join(unpacked, basename(this.destination));
      for (const name of await readdir(top)) {
        if (!earlierBuild.has(name)) await rename(join(top, name), join(inbox, name));
      }
      return;
    }
    // A volume begins as a copy of what the image has there.
    const old = facts.content.map((entry) => entry.path).filter((path) => earlierBuild.has(path));
    if (old.length === 0) return;
    await this.gate.ready;
    const command = ['rm', '-rf', ...old.map((path) => this.path(path))];
    const { exitCode, output } = await engine.exec(this.gate.id, { command, user: '0' });
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

/** The engine can't see a folder of this machine: it runs elsewhere, behind a forwarded socket or in a machine of its own. */
function bindRefused(error: unknown): boolean {
  return (
    error instanceof StiError &&
    error.code === 'engine-failed' &&
    /bind source path does not exist/i.test(error.message)
  );
}
