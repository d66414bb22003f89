// Bundles the program into dist/: one small entry, and a chunk for each heavy part that is loaded only when needed.

import { chmod, rm } from 'node:fs/promises';
import { build } from 'esbuild';

/** dockerode loads gRPC and SSH clients and a packer of folders at once, which sti never uses: +100 ms at every start. */
const unused = {
  name: 'unused',
  setup({ onResolve, onLoad }) {
    onResolve(
      {
        filter:
          /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|ssh2|tar-fs|@balena\/dockerignore|react-devtools-core)(\/.*)?$/,
      },
      ({ path }) => ({
        path,
        namespace: 'unused',
      }),
    );
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'export default {};' }));
  },
};

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: ['source/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  // Names stay readable in the stack traces of bug reports; `keepNames` would cost a call for each function at start.
  minifyWhitespace: true,
  minifySyntax: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'linked',
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
  },
  // docker-modem's copy of what Node has.
  alias: { 'readable-stream': 'node:stream' },
  // CommonJS dependencies call require() for Node's own modules.
  banner: { js: 'const require = process.getBuiltinModule;' },
  plugins: [unused],
  logLevel: 'warning',
});
await chmod('dist/main.js', 0o755);
