import type { KnipConfig } from 'knip';

/** What a file uses itself may be exported for its tests; what only tests use may not. */
export default function configure({ production = false }: { readonly production?: boolean }): KnipConfig {
  return {
    entry: [
      'test/mutate.config.ts',
      'source/{launch,main}.ts!',
      'source/api/index.ts!',
      'scripts/{quickstart,test}.ts',
      'scripts/code-cache.mjs',
      'scripts/bench/{main,frame-child}.ts',
      'scripts/bench/live-memory.mjs',
      'scripts/pictures/{pictures,cast}.ts',
    ],
    project: ['{source,components}/**/*.{ts,tsx}!', '{test,scripts}/**/*.{ts,tsx,mjs}'],
    ignoreExportsUsedInFile: production,
    // Programs of the system.
    ignoreBinaries: [
      'buildah',
      'apt-cache',
      'docker-registry',
      'dpkg',
      'dpkg-query',
      'ip',
      'jar',
      'ldd',
      'mkfifo',
      'mount',
      'openssl',
      'podman',
      'ruby',
      'ssh-keygen',
      'umount',
      'unshare',
    ],
  };
}
