// Bundles the program into dist/: the launcher (the bin), the program, what V8 made of it, and the dashboard; and what
// programs import.

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

/** Most builds fetch nothing by HTTP, so the client is a file of its own, too. */
const httpClientApart = {
  name: 'http client apart',
  setup({ onResolve }) {
    onResolve({ filter: /^undici$/ }, () => ({ path: './undici.cjs', external: true }));
  },
};

/** What sti uses of undici, without its `fetch`, caches and mocks, which take as long to load again. */
const undici = `
import api from 'undici/lib/api/index.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
Object.assign(Dispatcher.prototype, api);
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as Client } from 'undici/lib/dispatcher/client.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
`;

const common = {
  bundle: true,
  // Names stay readable in the stack traces of bug reports; `keepNames` would cost a call for each function at start.
  minifyWhitespace: true,
  minifySyntax: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  legalComments: 'linked',
  // Names of modules are in the bundle: where node_modules is a link, the path of where it leads must not be.
  preserveSymlinks: true,
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: ['source/launch.ts'],
    outfile: 'dist/main.cjs',
    // A shell starts Node, to which the line is a comment. Without the `--` Node would take `--env-file` of sti's command
    // line for its own: it waits for a pipe for ever, and NODE_OPTIONS in the file loads any code.
    banner: { js: `':' //; exec node -- "$0" "$@"` },
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
    plugins: [unused, dashboardApart, httpClientApart],
  }),
  build({
    ...common,
    entryPoints: ['source/api/index.ts'],
    outfile: 'dist/index.js',
    format: 'esm',
    define: {
      'process.env.NODE_ENV': '"production"',
    },
    alias: { 'readable-stream': 'node:stream' },
    banner: {
      js: "import { createRequire as createRequireOfSti } from 'node:module';\nconst require = createRequireOfSti(import.meta.url);",
    },
    plugins: [unused, httpClientApart],
  }),
  build({ ...common, stdin: { contents: undici, resolveDir: '.' }, outfile: 'dist/undici.cjs' }),
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
