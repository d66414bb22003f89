// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '..');
export const bundle = join(projectFolder, 'dist/main.cjs');

/**
 * The steps that come before anything else: packages, then the bundle.
 *
 * @param {import('./terminal.mjs').Script} script
 */
export async function prepareProject(script) {
  await script.step('dependencies', async () => {
    if (dependenciesInstalled()) return 'in place';
    script.say('  installing the packages of package-lock.json with npm ci …');
    await script.run('npm', ['ci', '--no-progress']);
    return 'installed';
  });
  await script.step('build', async () => {
    await script.run('npm', ['run', '--silent', 'build']);
    return 'dist/main.cjs';
  });
}

/** Whether node_modules holds what the lock file asks for. Packages for other platforms are optional and may be missing. */
function dependenciesInstalled() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
  );
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(join(projectFolder, lockFile), 'utf8')).packages;
  } catch {
    return {};
  }
}
