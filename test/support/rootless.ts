import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineAt } from './engine-api.ts';
import { giveTo } from './ordinary-user.ts';
import type { StiOptions } from './sti.ts';
import { writeFiles } from './temp.ts';

/** An engine that an ordinary user runs for themselves. */
export interface RootlessEngine {
  readonly address: string;
  /** How that user runs sti, which has to find the engine by itself. */
  readonly options: Pick<StiOptions, 'env' | 'user'>;
  stop(): Promise<void>;
}

const engines = {
  docker: { command: ['dockerd-rootless.sh'], socket: 'docker.sock' },
  podman: { command: ['podman', 'system', 'service', '--time=0'], socket: 'podman/podman.sock' },
};

/** Somebody whom no other run of the tests is. */
const id = 60_000_000 + process.pid;
const user = { uid: id, gid: id };
const name = 'sti-rootless';
const subordinate = `${name}:1000000:65536\n`;

/**
 * What root has to do for a user before an engine of theirs can run: an account with subordinate ids, and a `/dev/net/tun` that
 * everybody may open. All of it is in a mount namespace of the engine's own, so this machine stays as it is.
 */
const prepare = `set -e
cd "$1"; shift
for file in passwd subuid subgid; do mount --bind "$PWD/etc/$file" "/etc/$file"; done
mknod tun c 10 200; chmod 666 tun; mount --bind "$PWD/tun" /dev/net/tun
mount --make-rshared /
exec setpriv --reuid ${user.uid} --regid ${user.gid} --clear-groups "$@"`;

/** @param folder an empty one, for all that the engine keeps */
export async function startRootless(kind: keyof typeof engines, folder: string): Promise<RootlessEngine> {
  const { command, socket } = engines[kind];
  const [home, runtime] = [join(folder, 'home'), join(folder, 'run')];
  mkdirSync(join(runtime, 'podman'), { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o755);
  writeFiles(folder, {
    'etc/passwd': `${readFileSync('/etc/passwd', 'utf8')}${name}:x:${user.uid}:${user.gid}::${home}:/bin/sh\n`,
    'etc/subuid': subordinate,
    'etc/subgid': subordinate,
    // Podman raises these limits by itself, which is not allowed inside some containers.
    'home/.config/containers/containers.conf':
      '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\nlog_driver = "k8s-file"\n',
  });
  for (const path of [home, runtime]) giveTo({ user }, path);
  const removeTun = placeForTun();
  const path = join(runtime, socket);
  const address = `unix://${path}`;
  const words = kind === 'podman' ? [...command, address] : command;
  const engine = spawn('unshare', ['--mount', 'sh', '-c', prepare, 'sh', folder, ...words], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Debian's package of Docker has the script where no PATH leads.
    env: {
      PATH: `${process.env['PATH']}:/usr/share/docker.io/contrib`,
      HOME: home,
      XDG_RUNTIME_DIR: runtime,
      // Podman leaves there what it loads images from.
      TMPDIR: home,
    },
  });
  let said = '';
  engine.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4096);
  });
  while ((await engineAt(address)) === undefined) {
    if (engine.exitCode !== null) throw new Error(`the rootless ${kind} ended with ${engine.exitCode}:\n${said}`);
    await sleep(50);
  }
  return {
    address,
    options: { user, env: { DOCKER_HOST: '', XDG_RUNTIME_DIR: runtime } },
    stop: () => end(engine).finally(removeTun),
  };
}

/** Something to mount it on; a machine that boots has it, a container may not. Returns what takes it away again. */
function placeForTun(): () => void {
  if (existsSync('/dev/net/tun')) return () => {};
  const made = mkdirSync('/dev/net', { recursive: true }) ?? '/dev/net/tun';
  writeFileSync('/dev/net/tun', '');
  return () => rmSync(made, { recursive: true, force: true });
}

/** Podman leaves a process that holds its user namespace, and a watcher for five minutes after each exec. */
async function end(engine: ChildProcess): Promise<void> {
  const ended = once(engine, 'exit');
  if (engine.exitCode === null && engine.pid !== undefined) {
    process.kill(-engine.pid, 'SIGTERM');
    await ended;
  }
  for (let left = processesOf(user.uid); left.length > 0; left = processesOf(user.uid)) {
    for (const pid of left) process.kill(pid, 'SIGKILL');
    await sleep(50);
  }
}

/** Those that have ended and nobody has asked about don't count. */
function processesOf(uid: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      const isTheirs = new RegExp(`^Uid:\\s${uid}\\s`, 'm').test(status) && !/^State:\s[ZX]/m.test(status);
      return isTheirs ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
