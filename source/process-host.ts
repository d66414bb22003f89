import { homedir, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Host } from './cli/context.ts';

/** What this process says of where it runs. */
export function processHost(selfCommand: readonly string[]): Host {
  return {
    env: process.env,
    cwd: process.cwd(),
    homeDir: homedir(),
    tmpDir: resolve(tmpdir()),
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    pid: process.pid,
    selfCommand,
    isAlive,
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user lives, it only can't be told anything.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
