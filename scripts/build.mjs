// Bundles the program into dist/: the launcher (the bin), the program, what V8 made of it, and the dashboard.

import { spawnSync } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

/**
 * dockerode loads gRPC and SSH clients and a packer of folders at once, which sti never uses: +100 ms at every start. Ink
 * has what React's developer tools want.
 */
const unused = {
  name: 'unused',
  setup({ onResolve, onLoad }) {
    onResolve(
      {
        filter:
          /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|ssh2|tar-fs|@balena\/dockerignore|react-devtools-core|ws)(\/.*)?$/,
      },
      ({ path }) => ({
        path,
        namespace: 'unused',
      }),
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'export default {};' }));
  },
};

/** Ink's layout engine waits at its top level, which only ES modules can: the dashboard is a file of its own. */
const dashboardApart = {
  name: 'dashboard apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/components\/mount\.tsx$/ }, () => ({ path: './dashboard.mjs', external: true }));
  },
};

const common = {
  bundle: true,
  // Names stay readable in the stack traces of bug reports; `keepNames` would cost a call for each function at start.
  minifyWhitespace: true,
  minifySyntax: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  legalComments: 'linked',
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: ['source/launch.ts'],
    outfile: 'dist/main.cjs',
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  }),
  build({
    ...common,
    entryPoints: ['source/main.ts'],
    outfile: 'dist/sti.js',
    // V8 reads one byte a character.
    charset: 'ascii',
    define: {
      'import.meta.filename': '__filename',
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
    },
    // docker-modem's copy of what Node has.
    alias: { 'readable-stream': 'node:stream' },
    banner: { js: '(function (require, __filename, importModule) {' },
    footer: { js: '})' },
    plugins: [unused, dashboardApart],
  }),
  build({
    ...common,
    entryPoints: ['components/mount.tsx'],
    outfile: 'dist/dashboard.mjs',
    format: 'esm',
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.DEV': '"false"',
      // Ink's layout engine would read the program in its own text with it, for which Node loads all of its HTTP client.
      fetch: 'undefined',
    },
    banner: { js: 'const require = process.getBuiltinModule;' },
    plugins: [unused],
  }),
]);
// The launcher's import(), since a script that comes from a code cache has none.
const text = await readFile('dist/sti.js', 'latin1');
await writeFile('dist/sti.js', text.replaceAll(/\bimport\((?=["'])/g, 'importModule('), 'latin1');
await chmod('dist/main.cjs', 0o755);
const { status } = spawnSync(process.execPath, ['scripts/code-cache.mjs'], { stdio: 'inherit' });
if (status !== 0) throw new Error('the code cache could not be made');
