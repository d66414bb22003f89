import type { Job } from '../build/job.ts';
import type { ContainerUsage, ImageConfig } from '../engine/engine.ts';
import type { EnvironmentVariable } from '../protocol/environment.ts';
import { formatReference } from '../protocol/image/reference.ts';
import type { InputsCache } from './inputs/cache.ts';
import type { AppPorts } from './ports/ports.ts';

/** What runs, for somebody who wants to know all about it. */
export interface Inspection {
  readonly container: string | undefined;
  readonly build: number | null;
  readonly builder: string;
  readonly user: string;
  readonly workingDir: string;
  readonly ports: readonly { readonly url: string; readonly container: number }[];
  readonly env: readonly InspectedVariable[];
  readonly labels: readonly (readonly [string, string])[];
}

export interface InspectedVariable {
  readonly name: string;
  /** Secrets are masked. */
  readonly value: string;
  readonly from: 'builder image' | 'source' | 'configuration' | '-e';
}

const secretName = /pass|secret|token|key|credential|auth|private|cookie/i;
const mask = '••••';

/** What can be asked of what runs, without changing anything. */
export interface Observing {
  /** undefined: nothing could be prepared yet. */
  inspect(): Promise<Inspection | undefined>;
  /** What the application has used of the machine up to now; undefined: none runs, or nobody knows. */
  usage(): Promise<ContainerUsage | undefined>;
}

interface Served {
  readonly current: { readonly containerId: string } | undefined;
  readonly serving: number | null;
}

export class Observer implements Observing {
  readonly #job: Pick<Job, 'engine' | 'request' | 'signal'>;
  readonly #inputs: Pick<InputsCache, 'current'>;
  readonly #versions: Served;
  readonly #ports: Pick<AppPorts, 'containerPorts' | 'urls'>;

  constructor(
    job: Pick<Job, 'engine' | 'request' | 'signal'>,
    inputs: Pick<InputsCache, 'current'>,
    versions: Served,
    ports: Pick<AppPorts, 'containerPorts' | 'urls'>,
  ) {
    this.#job = job;
    this.#inputs = inputs;
    this.#versions = versions;
    this.#ports = ports;
  }

  async inspect(): Promise<Inspection | undefined> {
    const inputs = await this.#inputs.current();
    if (inputs === undefined) return undefined;
    const { builder, base } = inputs;
    const { config } = base.image;
    const { request } = this.#job;
    const { urls, containerPorts } = this.#ports;
    return {
      container: this.#versions.current?.containerId,
      build: this.#versions.serving,
      builder: `${formatReference(request.builder)} · ${builder.image.id}`,
      user: (base === builder && builder.spec.assembleUser) || config.user,
      workingDir: config.workingDir,
      // Those for debuggers come last, and have no address of the application.
      ports: urls.map((url, index) => ({ url, container: containerPorts[index] ?? 0 })),
      env: inspectEnvironment(config, inputs.env, request),
      labels: Object.entries(config.labels),
    };
  }

  async usage(): Promise<ContainerUsage | undefined> {
    const { engine, signal } = this.#job;
    const id = this.#versions.current?.containerId;
    return id === undefined ? undefined : engine.usage(id, signal).catch(() => undefined);
  }
}

/** Every variable that a build and its application have, with where its value comes from: what comes later wins. */
export function inspectEnvironment(
  image: ImageConfig,
  all: readonly string[],
  { env, envFile }: { readonly env: readonly EnvironmentVariable[]; readonly envFile: readonly EnvironmentVariable[] },
): InspectedVariable[] {
  const [asked, filed] = [env, envFile].map((variables) => new Set(variables.map(({ name }) => name)));
  const variables = new Map<string, InspectedVariable>();
  const set = (text: string, from: InspectedVariable['from']): void => {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    variables.set(name, { name, value: masked(name, at < 0 ? '' : text.slice(at + 1)), from });
  };
  for (const text of image.env) set(text, 'builder image');
  for (const text of all) {
    const name = text.split('=')[0] ?? '';
    set(text, asked?.has(name) ? '-e' : filed?.has(name) ? 'configuration' : 'source');
  }
  return [...variables.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function masked(name: string, value: string): string {
  if (secretName.test(name) && value !== '') return mask;
  return value.replace(/(:\/\/)[^/@\s]+@/g, `$1${mask}@`);
}
