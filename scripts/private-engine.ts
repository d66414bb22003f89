import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineAt } from '../test/support/engine-api.ts';
import type { FoundEngine } from './engine.ts';
import type { Script } from './terminal.mjs';

const startLimit = 60_000;
const stopLimit = 20_000;

/** What dockerd and its containerd make outside their own folders, when it isn't there yet. */
const traces = ['/etc/docker', '/etc/docker/key.json', '/opt/containerd', '/run/docker', '/run/containerd'];

/** Bytes that a dockerd in memory may take, of twice as many that are free. */
const memoryLimit = 8 * 1024 ** 3;

/** Starts a dockerd whose data, state and socket are in a folder of their own. */
export function startDockerd(script: Script, keep: boolean, inMemory: boolean): Promise<FoundEngine> {
  const folder = newFolder();
  if (inMemory && !keep) mountMemory(join(folder, 'data'));
  const address = `unix://${join(folder, 'docker.sock')}`;
  const newTraces = [...traces, ...engineGroups()].filter((path) => !existsSync(path));
  const newBridge = !bridgeExists();
  const args = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'run')];
  args.push('--pidfile', join(folder, 'dockerd.pid'), '--host', address);
  // An engine that goes away again leaves the machine's firewall as it was: published ports work through its own proxy.
  if (!keep) args.push('--iptables=false', '--ip6tables=false', '--ip-masq=false', '--ip-forward=false');

  return start(script, keep, { folder, address, command: 'dockerd', args }, () => {
    unmountBelow(folder);
    if (newBridge && bridgeExists()) attempt(() => execFileSync('ip', ['link', 'delete', 'docker0']));
    for (const path of newTraces) {
      if (path.startsWith('/sys/')) attempt(() => rmdirSync(path));
      else rmSync(path, { recursive: true, force: true });
    }
  });
}

/** Starts the API of the user's own Podman. */
export function startPodman(script: Script, keep: boolean): Promise<FoundEngine> {
  const folder = newFolder();
  const address = `unix://${join(folder, 'podman.sock')}`;
  return start(script, keep, { folder, address, command: 'podman', args: ['system', 'service', '--time=0', address] });
}

interface EngineProcess {
  readonly folder: string;
  readonly address: string;
  readonly command: string;
  readonly args: readonly string[];
}

async function start(
  script: Script,
  keep: boolean,
  engine: EngineProcess,
  removeTraces = () => {},
): Promise<FoundEngine> {
  const { folder, address, command, args } = engine;
  const logPath = join(folder, 'engine.log');
  const log = openSync(logPath, 'a');
  // A session of its own, so that a Ctrl-C at the terminal ends it after the containers, not with them.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  let failed = true;
  script.defer(async () => {
    if (keep && !failed) {
      child.unref();
      script.say(`  The engine goes on (process ${child.pid}): export DOCKER_HOST=${address}`);
      script.say(`  To be rid of it: kill ${child.pid}, then remove ${folder}.`);
      return;
    }
    if (failed && !script.signal.aborted) keepLog(script, logPath, `${folder}.log`);
    await end(child, ended);
    killBelow(folder);
    removeTraces();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const problem = await Promise.race([ended, answering(address, script.signal)]);
  if (problem) throw new Error(`${command} did not start: ${problem}`);
  failed = false;
  return { address, summary: `${await engineAt(address)}, started for this run${keep ? '' : ', stopped at its end'}` };
}

function keepLog(script: Script, path: string, kept: string): void {
  copyFileSync(path, kept);
  const tail = readFileSync(kept, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  script.say(`\nThe engine's last lines, of ${kept}:\n${tail}`);
}

/** What went wrong, if anything. */
async function answering(address: string, signal: AbortSignal): Promise<string | undefined> {
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline) {
    if (await engineAt(address)) return undefined;
    await sleep(100, undefined, { signal });
  }
  return `nothing answers at ${address} after ${startLimit / 1000} s`;
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const late = await Promise.race([ended.then(() => false), sleep(stopLimit, true, { ref: false })]);
  if (!late) return;
  child.kill('SIGKILL');
  await ended;
}

/** On a disk: overlay file systems can't be stacked on one another, and /tmp may be in memory. */
function newFolder(): string {
  const folder = mkdtempSync('/var/tmp/sti-engine-');
  // Users in the socket's group must reach the socket.
  chmodSync(folder, 0o711);
  return folder;
}

function bridgeExists(): boolean {
  return readFileSync('/proc/self/net/dev', 'utf8').includes('docker0:');
}

function engineGroups(): string[] {
  const top = '/sys/fs/cgroup';
  return existsSync(top) ? [join(top, 'docker'), ...readdirSync(top).map((name) => join(top, name, 'docker'))] : [];
}

/** Ends what an engine that had to be killed left running: every process that has the folder on its command line. */
function killBelow(folder: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    attempt(() => {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)) process.kill(Number(pid), 'SIGKILL');
    });
  }
}

/** Tests make and remove files by the thousand, which a disk takes a third of their time for. */
function mountMemory(folder: string): void {
  mkdirSync(folder, { mode: 0o710 });
  const [, free = '0'] = /^MemAvailable: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
  if (Number(free) * 1024 < 2 * memoryLimit) return;
  attempt(() => execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=0710,size=${memoryLimit}`, 'sti-engine', folder]));
}

function unmountBelow(folder: string): void {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? []);
  for (const point of points.filter((path) => path.startsWith(`${folder}/`)).reverse()) {
    attempt(() => execFileSync('umount', ['--lazy', point]));
  }
}

/** For cleanup that may find nothing left to do. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}
