import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SshPlace } from '../endpoint/address.ts';
import type { Environment } from '../endpoint/candidates.ts';

/** Connections to one engine by the program `ssh`, each a process of its own. */
export interface SshDialer {
  dial(): Socket;
  /** What the program said of a connection that it couldn't make; undefined: nothing. */
  lastWords(): Promise<string | undefined>;
  /** Ends those that are left. */
  close(): void;
}

/** Characters of what it says that are kept. */
const wordsKept = 4_096;
/** How long its end is waited for after that of its connection; milliseconds. */
const patience = 1_000;

/** The third pipe carries both directions, so that it's one socket with a half that can be closed, like every other. */
const script = 'exec "$@" <&3 >&3 3>&-';

export function createSshDialer(place: SshPlace, env: Environment): SshDialer {
  const words = new Map<ChildProcess, string>();
  let last: ChildProcess | undefined;
  return {
    dial() {
      // In a process group of its own: Ctrl-C is for sti, which still needs the engine to clean up.
      const ssh = spawn('/bin/sh', ['-c', script, 'sti-ssh', ...sshCommand(place)], {
        env: { ...env },
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      });
      const connection = ssh.stdio[3];
      if (!(connection instanceof Socket) || !(ssh.stderr instanceof Socket))
        throw new Error('there is no pipe to ssh');
      last = ssh;
      words.set(ssh, '');
      ssh.stderr.setEncoding('utf8').on('data', (text: string) => {
        words.set(ssh, ((words.get(ssh) ?? '') + text).slice(-wordsKept));
      });
      ssh.on('error', (error) => connection.destroy(error));
      ssh.on('close', () => {
        if (ssh !== last) words.delete(ssh);
      });
      // The connection keeps sti alive while it is used, and nothing else does.
      ssh.unref();
      ssh.stderr.unref();
      connection.on('close', () => ssh.kill());
      return connection;
    },
    async lastWords() {
      if (last === undefined) return undefined;
      const over = last.exitCode !== null || last.signalCode !== null;
      // By a timer that keeps sti alive: nothing else may be left that does.
      if (!over) await Promise.race([once(last, 'close'), sleep(patience)]);
      return words.get(last)?.trim().split('\n').at(-1)?.trim() || undefined;
    },
    close() {
      for (const ssh of words.keys()) ssh.kill();
    },
  };
}

/** It asks no question: an answer would have to come from the terminal that sti draws on. */
export function sshCommand({ user, host, port, socketPath }: SshPlace): string[] {
  return [
    'ssh',
    '-T',
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host, 'docker'],
    ...(socketPath === undefined ? [] : ['--host', `unix://${socketPath}`]),
    ...['system', 'dial-stdio'],
  ];
}
