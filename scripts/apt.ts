import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Script } from './terminal.mjs';

/** The file that Debian's install scripts ask before they start a service. */
const servicePolicy = '/usr/sbin/policy-rc.d';

export const isRoot = process.getuid?.() === 0;

/** Whether this script may install packages here. */
export const canInstall = isRoot && existsSync('/usr/bin/apt-get');

/** Installs Debian packages; says so first. No service is started by it. */
export async function install({ say, run }: Script, packages: readonly string[], why: string): Promise<void> {
  say(`  ${why}: installing ${packages.join(', ')} with apt-get …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const blocked = !existsSync(servicePolicy);
  if (blocked) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await run('apt-get', ['-q', 'update'], { env });
    await run('apt-get', ['-qy', 'install', '--no-install-recommends', ...packages], { env });
  } finally {
    if (blocked) rmSync(servicePolicy);
  }
}

export function onPath(program: string): boolean {
  const { PATH = '' } = process.env;
  return PATH.split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));
}
