import type { Duplex, Readable } from 'node:stream';
import type { BuildFolder } from './build-folder.ts';
import type { FindLogin, PullListener, PushListener } from './registry/listeners.ts';

/**
 * What sti needs of a container engine, in sti's own terms. `docker.ts` is the only implementation.
 * Every call rejects with a StiError: `engine-unreachable`, `engine-denied`, `engine-lost` or `engine-failed`.
 * A `signal` aborts the call; cleanup passes none.
 */
export interface Engine {
  readonly about: EngineAbout;
  ping(signal?: AbortSignal): Promise<void>;
  /** Takes it a while; no build asks. */
  describe(signal?: AbortSignal): Promise<EngineDescription>;

  /** undefined: no such image here. */
  inspectImage(reference: string, signal?: AbortSignal): Promise<ImageDetails | undefined>;
  /** Pulls from the registry, with the credentials of the user's docker config; rejects with code `builder`. */
  pullImage(reference: string, on: PullListener, signal?: AbortSignal): Promise<void>;
  /** Pushes to the registry with the same credentials and returns the digest; rejects with code `push`. */
  pushImage(reference: string, on: PushListener, signal?: AbortSignal): Promise<string>;
  readonly findLogin: FindLogin;
  /** A tar of the image, as `docker load` reads it. */
  saveImage(reference: string, signal?: AbortSignal): Promise<Readable>;
  tagImage(imageId: string, reference: string): Promise<void>;
  /** 'in-use' when a container or another tag holds the image: never forced. */
  removeImage(reference: string): Promise<'removed' | 'in-use' | 'absent'>;
  /** Images that were made of another one, the last first. */
  descendants(imageId: string): Promise<string[]>;
  /** Images without a tag, with the comment their commit gave. */
  danglingImages(): Promise<{ readonly id: string; readonly comment: string }[]>;

  /** Builds the Dockerfile of a tar by the engine's own builder; `failure` is its word for what went wrong in it. */
  buildImage(
    context: Readable,
    spec: DockerfileSpec,
    signal?: AbortSignal,
  ): Promise<{ readonly imageId: string } | { readonly failure: string }>;
  readonly buildFolder?: BuildFolder;

  createContainer(spec: ContainerSpec, signal?: AbortSignal): Promise<string>;
  /** A container's stdin, stdout and stderr. Attach before `start` so that nothing is lost. */
  attach(containerId: string, signal?: AbortSignal): Promise<Attachment>;
  start(containerId: string, signal?: AbortSignal): Promise<void>;
  /** Resolves when a created or running container has exited. */
  wait(containerId: string, signal?: AbortSignal): Promise<{ readonly exitCode: number }>;
  /** Resolves once the engine has removed the container (AutoRemove), also when it is already gone. */
  waitRemoved(containerId: string, signal?: AbortSignal): Promise<void>;
  inspectContainer(containerId: string): Promise<ContainerDetails | undefined>;
  /** Takes a running container off its network, which is most of what its end takes; one that can't be stays on it. */
  leaveNetwork(containerId: string, settings: ContainerSettings | undefined): Promise<void>;
  /** What a container has used up to now; undefined: it doesn't run, or the engine can't say. */
  usage(containerId: string, signal?: AbortSignal): Promise<ContainerUsage | undefined>;
  /** Sends the image's stop signal, and kills after the grace time in seconds. One that is already gone is fine. */
  stop(containerId: string, grace: number): Promise<void>;
  /** Removes with anonymous volumes, running or not; a container that is already gone is fine. */
  removeContainer(containerId: string): Promise<void>;
  /** What differs from the container's image; folders on the way to a change are listed too. */
  changes(containerId: string): Promise<FileChange[]>;
  listContainers(filter: {
    readonly namePrefix: string;
  }): Promise<{ readonly id: string; readonly name: string; readonly state: string }[]>;
  /** Commits to an untagged image and returns its id. */
  commit(containerId: string, spec: CommitSpec, signal?: AbortSignal): Promise<string>;
  exec(containerId: string, spec: ExecSpec, signal?: AbortSignal): Promise<ExecResult>;
  /** Starts a program in a running container, as the container's user; its output ends with it. */
  attachExec(containerId: string, command: readonly string[], signal?: AbortSignal): Promise<Attachment>;

  /** Unpacks a tar into `path` of the container, owners as numbers. */
  putArchive(containerId: string, path: string, tar: Readable, signal?: AbortSignal): Promise<void>;
  /** A tar of `path`, its entries named from the last component on; undefined: no such path. */
  getArchive(containerId: string, path: string, signal?: AbortSignal): Promise<Readable | undefined>;
  /** undefined: no such path. Links are reported, not followed. */
  statPath(containerId: string, path: string, signal?: AbortSignal): Promise<PathDetails | undefined>;

  /** Ends every connection that is still open. */
  close(): void;
}

export interface EngineAbout {
  readonly kind: 'docker' | 'podman';
  /** As a person would write it: `unix:///var/run/docker.sock`. */
  readonly address: string;
  /** What named it, in words: `DOCKER_HOST`, `the usual sockets`. */
  readonly from: string;
  /** By TLS. */
  readonly secure: boolean;
  /** The socket's path on this machine; undefined for TCP. */
  readonly socketPath: string | undefined;
  readonly apiVersion: string;
  /** Whether the engine itself runs as this (not root) user, so that container root is this user. */
  readonly rootless: boolean;
}

export interface EngineDescription {
  /** `20.10.24` */
  readonly version: string;
  /** The folder of its machine that holds images and containers. */
  readonly root: string;
  /** Of its machine. */
  readonly hostName: string;
  readonly kernel: string;
}

export interface ImageDetails {
  /** `sha256:…` */
  readonly id: string;
  /** Bytes, all layers. */
  readonly size: number;
  readonly layers: readonly string[];
  /** `linux/arm64` */
  readonly platform: string;
  readonly config: ImageConfig;
  readonly tags: readonly string[];
}

/** The part of an image's configuration that sti uses. Absent and empty are the same. */
export interface ImageConfig {
  readonly user: string;
  /** `NAME=VALUE` as the image has them. */
  readonly env: readonly string[];
  readonly cmd: readonly string[];
  readonly entrypoint: readonly string[];
  readonly workingDir: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Paths. */
  readonly volumes: readonly string[];
  /** `8080/tcp` */
  readonly exposedPorts: readonly string[];
  readonly onBuild: readonly string[];
  readonly stopSignal: string;
  readonly shell: readonly string[];
  /** As the engine gave it, kept for the commit. */
  readonly healthcheck: unknown;
}

interface DockerfileSpec {
  /** Its name in the tar. */
  readonly dockerfile: string;
  readonly settings?: ContainerSettings | undefined;
  /** Hears what it prints; a returned promise holds it back. */
  readonly onOutput: (text: string) => void | Promise<void>;
}

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly user?: string;
  readonly env: readonly string[];
  /** Only for containers that are never committed (docs/engines.md, "Traps"). */
  readonly labels?: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** TCP ports of the container that get a port of the engine's machine, on this address (`''`: on all of them). */
  readonly publish?: { readonly ports: readonly number[]; readonly on: string };
  readonly settings?: ContainerSettings | undefined;
  /** Keep stdin open and let the engine remove the container when it ends, however it ends. */
  readonly interactive: boolean;
}

/** What a container may use and reach. Absent: as the engine has it. */
export interface ContainerSettings {
  /** `bridge`, `host`, `none`, `container:NAME`, or a network's name. */
  readonly network?: string | undefined;
  /** `NAME:ADDRESS` */
  readonly addHost?: readonly string[];
  /** Names of capabilities, or `ALL`. */
  readonly capDrop?: readonly string[];
  /** Bytes. */
  readonly memory?: number | undefined;
  readonly cpus?: number | undefined;
  /** Of the image: `linux/arm64`. */
  readonly platform?: string | undefined;
}

export type Mount =
  | {
      readonly type: 'bind';
      readonly source: string;
      readonly target: string;
      readonly relabel?: boolean;
      readonly readOnly?: boolean;
    }
  /** Without a source: a new one that goes with the container. */
  | { readonly type: 'volume'; readonly source?: string; readonly target: string; readonly readOnly?: boolean };

export interface Attachment {
  readonly stdin: Duplex;
  /** Pieces of output in order of arrival; ends when the container ends or the connection is lost. Reading slowly slows the container. */
  readonly output: AsyncIterable<OutputChunk>;
  /** Closes the connection, and with it the container's stdin. */
  close(): void;
}

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

export interface ContainerDetails {
  readonly id: string;
  readonly running: boolean;
  readonly exitCode: number;
  /** Where the engine's machine has the container's merged root; undefined where its storage driver has none. */
  readonly mergedRoot: string | undefined;
  /** Its address in the engine's network; `''` when it has none. */
  readonly ipAddress: string;
  /** The port of the engine's machine for each published TCP port of the container. */
  readonly published: ReadonlyMap<number, number>;
}

export interface ContainerUsage {
  /** Processor time since it began; nanoseconds. */
  readonly cpu: number;
  /** Bytes, without what the kernel only caches for it. */
  readonly memory: number;
}

export interface FileChange {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'deleted';
}

interface CommitSpec {
  readonly config: ImageConfig;
  readonly comment: string;
  /** Freeze the container's processes meanwhile. */
  readonly pause: boolean;
}

export interface ExecSpec {
  readonly command: readonly string[];
  readonly user?: string;
  readonly stdin?: Readable;
}

interface ExecResult {
  readonly exitCode: number;
  /** stdout and stderr, the first 64 KiB. */
  readonly output: string;
}

export interface PathDetails {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly linkTarget: string;
}
