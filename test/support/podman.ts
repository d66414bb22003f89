import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Podman of the tests' own, with its own storage, so that nobody else's images are in it or touched. */
export interface Podman {
  readonly address: string;
  /** The words of a command on the same storage. */
  command(...words: string[]): string[];
  /** Ends it and removes the storage. */
  stop(): Promise<void>;
}

/**
 * @param storage an empty folder, which `stop` removes
 * @param insecure registries that it may ask by plain HTTP
 */
export async function startPodman(storage: string, insecure: readonly string[] = []): Promise<Podman> {
  if (spawnSync('podman', ['--version']).status !== 0)
    throw new Error('These tests need Podman: apt-get install podman');
  const socket = join(storage, 'podman.sock');
  const address = `unix://${socket}`;
  const command = (...words: string[]) => ['--root', `${storage}/root`, '--runroot', `${storage}/run`, ...words];
  // Podman raises these limits by itself, which is not allowed inside some containers.
  const configuration = join(storage, 'containers.conf');
  writeFileSync(
    configuration,
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\nlog_driver = "k8s-file"\n',
  );
  const registries = join(storage, 'registries.conf');
  writeFileSync(registries, insecure.map((host) => `[[registry]]\nlocation = "${host}"\ninsecure = true\n`).join(''));
  const service = spawn('podman', command('system', 'service', '--time=0', address), {
    stdio: 'ignore',
    cwd: '/',
    env: { ...process.env, CONTAINERS_CONF: configuration, CONTAINERS_REGISTRIES_CONF: registries },
  });
  while (!existsSync(socket)) {
    if (service.exitCode !== null) throw new Error(`podman system service ended with ${service.exitCode}`);
    await sleep(50);
  }
  return {
    address,
    command,
    async stop() {
      const ended = once(service, 'exit');
      if (service.kill()) await ended;
      // Podman keeps a watcher for five minutes after each exec, whose last clean-up mounts the storage onto itself again.
      for (const deadline = Date.now() + 10_000; ; await sleep(100)) {
        const watchers = processesNaming(storage);
        for (const pid of watchers) process.kill(Number(pid), 'SIGKILL');
        spawnSync('umount', [join(storage, 'root/overlay')]);
        try {
          rmSync(storage, { recursive: true, force: true });
          if (watchers.length === 0) return;
        } catch (error) {
          if (Date.now() > deadline) throw error;
        }
      }
    },
  };
}

/** Process ids of those whose command line names a path. */
function processesNaming(path: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(path);
    } catch {
      return false;
    }
  });
}
