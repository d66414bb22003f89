import {
  assignment,
  byteLength,
  type ChangesSyntax,
  encodedBytes,
  maxInstructionBytes,
  maxQueryBytes,
} from './changes.ts';

/** An image's configuration, with the fields of the engine's `ImageConfig`. Absent and empty are the same. */
export interface OutputConfig {
  readonly user: string;
  /** `NAME=VALUE` */
  readonly env: readonly string[];
  readonly cmd: readonly string[];
  readonly entrypoint: readonly string[];
  readonly workingDir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  /** `8080/tcp` */
  readonly exposedPorts: readonly string[];
  readonly onBuild: readonly string[];
  readonly stopSignal: string;
  readonly shell: readonly string[];
  readonly healthcheck: unknown;
}

export interface OutputSettings {
  /** Where the output image has its run script. */
  readonly runPath: string;
  /** `NAME=VALUE` from `-e` and environment files; replaces the builder's variables of the same names in place. */
  readonly env: readonly string[];
  /** All labels of the output image. */
  readonly labels: Readonly<Record<string, string>>;
  /** The user that the committed container was created with, '' or absent for the image's own. */
  readonly containerUser?: string | undefined;
}

/**
 * The configuration of the output image: the builder's own, but for the command, the environment and the labels
 * (docs/protocol.md, "commit").
 *
 * A commit takes the container's user where the configuration has none. So a builder without USER whose assemble ran as
 * somebody else gets user 0, which is what no USER means.
 */
export function outputConfig(
  builder: OutputConfig,
  { runPath, env, labels, containerUser = '' }: OutputSettings,
): OutputConfig {
  return {
    ...builder,
    user: builder.user === '' && containerUser !== '' ? '0' : builder.user,
    cmd: [runPath],
    env: mergeEnvStrings(builder.env, env),
    labels,
  };
}

/**
 * The configuration as `changes` of a commit, for engines that ignore the commit's body (Podman before 4.9.3). The body
 * has to go along all the same, because not everything can be said here. Measured on Docker 20.10 and Podman 4.3:
 *
 * - Left out: values with a newline or NUL, label names with `=`, users, folders and volumes with `$`, quotes or
 *   backslashes, ports other than `N/tcp` and `N/udp` (Podman refuses them), lines of more than 65,535 bytes, and what would
 *   make the URL too long.
 * - STOPSIGNAL and SHELL are refused by Docker, HEALTHCHECK and SHELL by Podman; ONBUILD would be added to those of the
 *   body. An older Podman keeps the builder's own.
 * - ENTRYPOINT [] clears. CMD [] clears on Podman only. Nothing clears USER and WORKDIR (empty ones are errors), and no
 *   instruction takes a variable, label, port or volume away from the image.
 * - ENTRYPOINT comes first: after CMD it would reset it.
 */
export function commitChanges(config: OutputConfig, syntax: ChangesSyntax = 'dockerfile'): string[] {
  const instructions = [
    `ENTRYPOINT ${JSON.stringify(config.entrypoint)}`,
    `CMD ${JSON.stringify(config.cmd)}`,
    ...(isPlain(config.user) ? [`USER ${config.user}`] : []),
    ...(isPlain(config.workingDir) ? [`WORKDIR ${config.workingDir}`] : []),
    ...config.exposedPorts.filter((port) => /^\d+\/(tcp|udp)$/.test(port)).map((port) => `EXPOSE ${port}`),
    ...config.volumes.filter(isPlain).map((volume) => `VOLUME ${JSON.stringify([volume])}`),
    ...config.env
      .map(splitEntry)
      .map(([name, value]) => (value === undefined ? undefined : assignment('ENV', name, value, syntax))),
    ...Object.entries(config.labels).map(([name, value]) => assignment('LABEL', name, value, syntax)),
  ];
  let room = maxQueryBytes;
  return instructions.filter((instruction): instruction is string => {
    if (instruction === undefined || byteLength(instruction) > maxInstructionBytes) return false;
    const bytes = '&changes='.length + encodedBytes(instruction);
    if (bytes > room) return false;
    room -= bytes;
    return true;
  });
}

/** Whether both parsers take a text as it is, without quotes. */
function isPlain(text: string): boolean {
  return text !== '' && text === text.trim() && !/["'$\\\n\0]|\p{Surrogate}/u.test(text);
}

function mergeEnvStrings(own: readonly string[], added: readonly string[]): string[] {
  const byName = new Map([...own, ...added].map((entry) => [splitEntry(entry)[0], entry]));
  return [...byName.values()];
}

function splitEntry(entry: string): [name: string, value: string | undefined] {
  const equals = entry.indexOf('=');
  return equals === -1 ? [entry, undefined] : [entry.slice(0, equals), entry.slice(equals + 1)];
}
