// @ts-check
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that Debian's install scripts ask before they start a service. */
const servicePolicy = '/usr/sbin/policy-rc.d';

export const isRoot = process.getuid?.() === 0;

/** Whether this script may install packages here. */
export const canInstall = isRoot && existsSync('/usr/bin/apt-get');

/**
 * Installs Debian packages; says so first. No service is started by it: what runs on this machine because of a script
 * is what the script itself starts and stops.
 *
 * @param {import('./terminal.mjs').Script} script
 * @param {readonly string[]} packages
 * @param {string} why
 */
export async function install(script, packages, why) {
  script.say(`  ${why}: installing ${packages.join(', ')} with apt-get …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const blocked = !existsSync(servicePolicy);
  if (blocked) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await script.run('apt-get', ['-q', 'update'], { env });
    await script.run('apt-get', ['-qy', 'install', '--no-install-recommends', ...packages], { env });
  } finally {
    if (blocked) rmSync(servicePolicy);
  }
}

/** @param {string} program */
export function onPath(program) {
  const { PATH = '' } = process.env;
  return PATH.split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));
}
