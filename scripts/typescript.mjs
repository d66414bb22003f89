// @ts-check
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectFolder } from './project.mjs';

/** Scripts that run before anything is installed are JavaScript, and stay files of their own. */
const javascriptApart = {
  name: 'javascript apart',
  /** @param {import('esbuild').PluginBuild} build */
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.mjs$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path),
      external: true,
    }));
  },
};

/**
 * Makes JavaScript of a TypeScript file and what it imports, where Node finds the packages.
 *
 * @param {string} entry path in the project
 * @param {(undo: () => Promise<void>) => void} defer
 */
export async function compile(entry, defer) {
  const { build } = await import('esbuild');
  const outfile = join(projectFolder, 'node_modules/.cache/sti', `${process.pid}-${entry.replaceAll('/', '-')}.mjs`);
  defer(async () => rmSync(outfile, { force: true }));
  await build({
    entryPoints: [join(projectFolder, entry)],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    plugins: [javascriptApart],
    logLevel: 'warning',
  });
  return outfile;
}
