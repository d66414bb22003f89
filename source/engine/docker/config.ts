import type { ContainerSettings, ContainerSpec, ImageConfig, Mount } from '../engine.ts';
import type { Ulimit } from '../podman/limits.ts';

/** An image's configuration as engines send it: any part may be absent or null. */
export interface EngineImageConfig {
  readonly User?: string | null | undefined;
  readonly Env?: readonly string[] | null | undefined;
  readonly Cmd?: readonly string[] | null | undefined;
  readonly Entrypoint?: string | readonly string[] | null | undefined;
  readonly WorkingDir?: string | null | undefined;
  readonly Labels?: Readonly<Record<string, string>> | null | undefined;
  readonly Volumes?: object | null | undefined;
  readonly ExposedPorts?: object | null | undefined;
  readonly OnBuild?: readonly string[] | null | undefined;
  readonly StopSignal?: string | null | undefined;
  readonly Shell?: readonly string[] | null | undefined;
  readonly Healthcheck?: unknown;
}

export function imageConfigFrom(config: EngineImageConfig | null | undefined): ImageConfig {
  const entrypoint = config?.Entrypoint ?? [];
  return {
    user: config?.User ?? '',
    env: config?.Env ?? [],
    cmd: config?.Cmd ?? [],
    entrypoint: typeof entrypoint === 'string' ? [entrypoint] : entrypoint,
    workingDir: config?.WorkingDir ?? '',
    labels: config?.Labels ?? {},
    volumes: Object.keys(config?.Volumes ?? {}),
    exposedPorts: Object.keys(config?.ExposedPorts ?? {}),
    onBuild: config?.OnBuild ?? [],
    stopSignal: config?.StopSignal ?? '',
    shell: config?.Shell ?? [],
    healthcheck: config?.Healthcheck ?? undefined,
  };
}

/** The whole configuration, as the body of a commit. Without one, the container's host name and attach flags would get in. */
export function commitBody(config: ImageConfig): EngineImageConfig {
  return {
    User: config.user,
    Env: config.env,
    Cmd: config.cmd,
    Entrypoint: config.entrypoint,
    WorkingDir: config.workingDir,
    Labels: config.labels,
    Volumes: keysOf(config.volumes),
    ExposedPorts: keysOf(config.exposedPorts),
    OnBuild: config.onBuild,
    ...(config.stopSignal && { StopSignal: config.stopSignal }),
    ...(config.shell.length > 0 && { Shell: config.shell }),
    ...(config.healthcheck !== undefined && { Healthcheck: config.healthcheck }),
  };
}

/**
 * What to send to create a container. Nothing is set that a commit would merge into the image and that could not be
 * taken out again there (docs/engines.md, "Traps"): no host name, no health check, no exposed ports.
 */
export function containerBody(spec: ContainerSpec, ulimits: readonly Ulimit[] = []) {
  const relabelled = spec.mounts.filter(needsRelabel);
  return {
    name: spec.name,
    Image: spec.image,
    // One empty string clears the builder's entrypoint on both engines; an empty list does so on Docker only.
    Entrypoint: [''],
    Cmd: [...spec.command],
    Env: [...spec.env],
    ...(spec.user && { User: spec.user }),
    ...(spec.labels && { Labels: { ...spec.labels } }),
    ...(spec.interactive && {
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    }),
    HostConfig: {
      AutoRemove: spec.interactive,
      // What a container prints is read where it is attached; nothing is written twice.
      LogConfig: { Type: 'none', Config: {} },
      Mounts: spec.mounts.filter((mount) => !needsRelabel(mount)).map(mountBody),
      // Only this older form takes the SELinux label.
      ...(relabelled.length > 0 && { Binds: relabelled.map(({ source, target }) => `${source}:${target}:Z`) }),
      ...(spec.publish && { PortBindings: portBindings(spec.publish) }),
      ...settingsBody(spec.settings),
      ...(ulimits.length > 0 && { Ulimits: [...ulimits] }),
    },
  };
}

function settingsBody({ network, addHost = [], capDrop = [], memory, cpus }: ContainerSettings = {}) {
  return {
    ...(network !== undefined && { NetworkMode: network }),
    ...(addHost.length > 0 && { ExtraHosts: [...addHost] }),
    ...(capDrop.length > 0 && { CapDrop: [...capDrop] }),
    ...(memory !== undefined && { Memory: memory }),
    ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
  };
}

/** Without a host port the engine takes a free one. */
function portBindings({ ports, on }: NonNullable<ContainerSpec['publish']>) {
  return Object.fromEntries(ports.map((port) => [`${port}/tcp`, [{ HostIp: on, HostPort: '' }]]));
}

function needsRelabel(mount: Mount): mount is Mount & { type: 'bind' } {
  return mount.type === 'bind' && mount.relabel === true;
}

function mountBody(mount: Mount) {
  const { type, source = '', target, readOnly } = mount;
  return { Type: type, Source: source, Target: target, ...(readOnly && { ReadOnly: true }) };
}

function keysOf(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}
