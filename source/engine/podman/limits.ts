/** A limit of a container's processes, as the engine's API writes it. */
export interface Ulimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

const podmanDefault = 1_048_576;
const plentyOfProcesses = 32_768;

/**
 * Podman 4 as root raises the open files and processes of every container to 1048576 and fails to start it where it
 * may not, as inside another container. There the container gets what this machine allows. `limits` is the text of
 * `/proc/self/limits`.
 */
export function podmanUlimits(limits: string): Ulimit[] {
  const files = hardLimit(limits, 'Max open files');
  const processes = hardLimit(limits, 'Max processes');
  if (files >= podmanDefault && processes >= podmanDefault) return [];
  return [ulimit('nofile', Math.min(files, podmanDefault)), ulimit('nproc', Math.min(processes, plentyOfProcesses))];
}

function hardLimit(limits: string, name: string): number {
  const hard = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, 'm').exec(limits)?.[1];
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
}

function ulimit(Name: string, value: number): Ulimit {
  return { Name, Soft: value, Hard: value };
}
