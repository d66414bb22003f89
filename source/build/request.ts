import type { ContainerSettings, Mount } from '../engine/engine.ts';
import type { UserRange } from '../protocol/allowed-users.ts';
import type { EnvironmentVariable } from '../protocol/environment.ts';
import type { ImageReference } from '../protocol/image/reference.ts';
import type { RuntimeArtifact } from '../protocol/runtime-artifacts.ts';
import type { ScriptUrl } from '../protocol/script-places.ts';

/** One build as the user asked for it: every value parsed, nothing looked up yet. */
export interface BuildRequest {
  /** SOURCE as written: a folder, a file, an archive, or a URL. Which of them it is, only a look at the disk tells. */
  readonly source: string;
  readonly builder: ImageReference;
  /** Absent: the image is built and not tagged. */
  readonly tag?: ImageReference | undefined;
  /** `--ref`; beats a `#ref` of the source. */
  readonly ref?: string | undefined;
  readonly contextDir?: string | undefined;
  /** `--scripts` */
  readonly scriptsUrl?: ScriptUrl | undefined;
  /** `-e`, in the order given: later wins. */
  readonly env: readonly EnvironmentVariable[];
  /** Of environment files and configuration files, read and parsed; `-e` beats them. */
  readonly envFile: readonly EnvironmentVariable[];
  readonly labels: Readonly<Record<string, string>>;
  /** The labels `io.k8s.display-name` (else the tag) and `io.k8s.description`. */
  readonly applicationName?: string | undefined;
  readonly description?: string | undefined;
  /** Absolute: where source, scripts and artifacts go, whatever the image says. */
  readonly destination?: string | undefined;
  /** Where the image's own scripts are, whatever the image says. */
  readonly imageScriptsUrl?: ScriptUrl | undefined;
  /** Files whose path in the source it matches are left out. */
  readonly exclude?: RegExp | undefined;
  readonly ignoreSubmodules?: boolean | undefined;
  readonly assembleUser?: string | undefined;
  /** Who the scripts may run as; absent: anybody. */
  readonly allowedUids?: readonly UserRange[] | undefined;
  /** Of every container that a script of the build runs in. */
  readonly container?: ContainerSettings | undefined;
  /** Of the engine's machine, in the containers that scripts of the build run in. */
  readonly volumes?: readonly Mount[] | undefined;
  /** Files that are there while those scripts run, and not in the image. */
  readonly inject?: readonly Injection[] | undefined;
  /** What assemble can read, and nothing keeps. */
  readonly secrets?: readonly Secret[] | undefined;
  /** Absolute: a file of authorities to trust as well, here and in the scripts of the build. */
  readonly ca?: string | undefined;
  /** Absent: the image is made of the builder. */
  readonly runtime?: RuntimeRequest | undefined;
  readonly clean: boolean;
  /** `--rm`: remove the previous image after the new one is tagged. */
  readonly removePrevious: boolean;
  /** Where to write the image once the tag has moved. */
  readonly outputs?: readonly OutputPlace[] | undefined;
  /** SOURCE_DATE_EPOCH, seconds: assemble gets it, and an OCI layout is made as of then. */
  readonly sourceDateEpoch?: number | undefined;
  /** Push the image once the tag has moved. */
  readonly push?: boolean | undefined;
  /** Give the registry, with the image, what is in it. */
  readonly sbom?: boolean | undefined;
  readonly pullPolicy: PullPolicy;
  /** When to pull the previous image; absent: never. */
  readonly incrementalPullPolicy?: PullPolicy | undefined;
  /** An http or https URL. */
  readonly callbackUrl?: string | undefined;
  /** Absolute: where to write what was built. */
  readonly metadataFile?: string | undefined;
  /** `--savetempdir`: keep the working folder and say where it is. */
  readonly keepWorkspace: boolean;
  /** How long save-artifacts may take, in milliseconds. */
  readonly artifactsTimeout: number;
  /** Hidden `--transport`: force a way in (docs/protocol.md, "What goes in"). */
  readonly transport?: TransportName | undefined;
}

/** Where an image is written to on this machine, and as what. */
export interface OutputPlace {
  /** `oci`: a folder with the layout of OCI images. `docker`: a file as `docker save` writes it. `sbom`: what is in it, as SPDX. */
  readonly form: 'oci' | 'docker' | 'sbom';
  readonly path: string;
}

/** An image that what was built goes into. */
export interface RuntimeRequest {
  readonly image: ImageReference;
  /** Empty: what the image's label says. */
  readonly artifacts: readonly RuntimeArtifact[];
  readonly user: string | undefined;
  readonly pullPolicy: PullPolicy;
}

/** What of this machine is to be where in a container. */
export interface Injection {
  /** Of a file, or of a folder whose content is meant. */
  readonly source: string;
  /** A folder; one that isn't absolute is relative to the image's working folder. */
  readonly target: string;
}

/** The content of a file of this machine, under the name that assemble knows it by. */
export interface Secret {
  readonly id: string;
  /** Absolute, for programs that read it themselves. */
  readonly path: string;
  readonly content: Buffer;
}

export const pullPolicies = ['always', 'if-not-present', 'never'] as const;
export type PullPolicy = (typeof pullPolicies)[number];
export const transportNames = ['bind', 'stream', 'upload'] as const;
export type TransportName = (typeof transportNames)[number];
