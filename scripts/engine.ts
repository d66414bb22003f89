import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { engineAt, isDenied } from '../test/support/engine-api.ts';
import { canInstall, install, isRoot, onPath } from './apt.ts';
import { startDockerd, startPodman } from './private-engine.ts';
import type { Script } from './terminal.mjs';

export interface FoundEngine {
  /** For DOCKER_HOST. */
  readonly address: string;
  /** Who it is and where it came from, for a person. */
  readonly summary: string;
}

const { STI_KEEP_ENGINE } = process.env;
export const keepEngine = STI_KEEP_ENGINE === '1';

/**
 * The step that finds {@link findOrStartEngine | an engine}; resolves to its address. With `inMemory` one that it starts has
 * its images there, if there is room.
 */
export async function engineStep(script: Script, { keep = keepEngine, inMemory = false } = {}): Promise<FoundEngine> {
  let engine: FoundEngine = { address: '', summary: '' };
  await script.step('engine', async () => {
    engine = await findOrStartEngine(script, keep, inMemory);
    return engine.summary;
  });
  return engine;
}

/** The engine that this machine's user would use; else a private one, which the script stops at its end unless `keep`. */
async function findOrStartEngine(script: Script, keep: boolean, inMemory: boolean): Promise<FoundEngine> {
  const running = await findEngine();
  if (running) return running;

  const pid = dockerdInThisNetwork();
  if (pid !== undefined) {
    throw new Error(
      `A dockerd runs here (process ${pid}) but none of the usual sockets answers, and a second one would disturb its network.\n` +
        'Set DOCKER_HOST to its address, or stop it.',
    );
  }
  if (isRoot) {
    if (!onPath('dockerd')) await installDocker(script);
    return startDockerd(script, keep, inMemory);
  }
  if (onPath('podman')) return startPodman(script, keep);
  throw new Error(
    'No container engine answers, and only root can install or start one.\n' +
      'Start Docker (sudo systemctl start docker), install Podman (sudo apt-get install podman), set DOCKER_HOST, or run this as root.',
  );
}

async function findEngine(): Promise<FoundEngine | undefined> {
  const { DOCKER_HOST: wanted } = process.env;
  if (wanted) {
    const engine = await engineAt(wanted);
    if (engine) return { address: wanted, summary: `${engine} at ${wanted} (DOCKER_HOST)` };
    throw new Error(`No engine answers at ${wanted}, where DOCKER_HOST points. Start it, or unset DOCKER_HOST.`);
  }
  let denied = '';
  for (const path of usualSockets().filter((socket) => existsSync(socket))) {
    const address = `unix://${path}`;
    try {
      const engine = await engineAt(address);
      if (engine) return { address, summary: `${engine}, already running at ${address}` };
    } catch (error) {
      if (!isDenied(error)) throw error;
      denied = path;
    }
  }
  if (denied && !onPath('podman')) {
    throw new Error(
      `You may not use the engine at ${denied}.\nJoin its group (sudo usermod -aG docker $USER, then log in again), or run this as root.`,
    );
  }
  return undefined;
}

function usualSockets(): string[] {
  const { XDG_RUNTIME_DIR: runtime } = process.env;
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(homedir(), '.docker/run/docker.sock'),
    '/run/podman/podman.sock',
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
  ];
}

/** Two engines in one network namespace fight over the bridge docker0. */
function dockerdInThisNetwork(): string | undefined {
  const here = readlinkSync('/proc/self/ns/net');
  return readdirSync('/proc').find((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/comm`, 'utf8') === 'dockerd\n' &&
        readlinkSync(`/proc/${pid}/ns/net`) === here
      );
    } catch {
      return false;
    }
  });
}

async function installDocker(script: Script): Promise<void> {
  if (!canInstall)
    throw new Error(
      'No container engine answers, and there is no apt-get to install one. Install Docker or Podman and try again.',
    );
  const packages = ['docker.io'];
  // Without `ip` the bridge docker0 would stay behind.
  if (!onPath('ip')) packages.push('iproute2');
  // Where the kernel enforces AppArmor, Docker can't start a container without its tools.
  if (readIfThere('/sys/module/apparmor/parameters/enabled').startsWith('Y')) packages.push('apparmor');
  await install(script, packages, 'no container engine on this machine');
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
