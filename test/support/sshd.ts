import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';
import { writeFiles } from './temp.ts';

export interface Sshd {
  /** `ssh://user@127.0.0.1:PORT`, as this user. */
  readonly address: string;
  /** Has an `ssh` that finds the key and knows the host; to be put before PATH. */
  readonly bin: string;
  stop(): Promise<void>;
}

/**
 * A real sshd on this machine, with keys of its own.
 * @param folder an empty one, which it fills
 * @param dockerHost of the engine that `docker` uses in its sessions
 */
export async function startSshd(folder: string, dockerHost: string): Promise<Sshd> {
  const port = await freePort();
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  }
  const server = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/user.pub`,
    `SetEnv DOCKER_HOST=${dockerHost}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'MaxStartups 50',
  ];
  const client = [`IdentityFile ${folder}/user`, 'IdentitiesOnly yes', `UserKnownHostsFile ${folder}/known`];
  const hostKey = execFileSync('ssh-keygen', ['-y', '-f', join(folder, 'host')], { encoding: 'utf8' });
  writeFiles(folder, {
    sshd_config: `${server.join('\n')}\n`,
    ssh_config: `${client.join('\n')}\n`,
    known: `[127.0.0.1]:${port} ${hostKey}`,
    'bin/ssh': `#!/bin/sh\nexec /usr/bin/ssh -F ${folder}/ssh_config "$@"\n`,
  });
  chmodSync(join(folder, 'bin/ssh'), 0o755);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  while (!(await listens(port))) {
    if (sshd.exitCode !== null) throw new Error(`sshd ended with ${sshd.exitCode}`);
    await sleep(20);
  }
  return {
    address: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    bin: join(folder, 'bin'),
    async stop() {
      const ended = once(sshd, 'exit');
      if (sshd.kill()) await ended;
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const connection = connect(port, '127.0.0.1');
  try {
    await once(connection, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}
