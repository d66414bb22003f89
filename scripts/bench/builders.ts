import { readFileSync, realpathSync } from 'node:fs';
import { librariesOf } from '../../test/support/bases.ts';
import type { Builder } from '../../test/support/builder-image.ts';

/** Builder images of the benchmarks, from this machine's own programs. */

export const appPort = 8080;
const app = { name: '1001:1001', uid: 1001, gid: 1001 };
/** As who runs the benchmark, so that sti may use a bind. */
const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];

/** Puts the source in place, and artifacts of which one build has many. */
function plain(saveArtifacts: string): Builder {
  return {
    user: { name: `${uid}:${gid}`, uid, gid },
    scripts: {
      assemble:
        '#!/bin/sh\nset -e\ncp -R /tmp/src/. /app\n[ ! -d /tmp/artifacts/deps ] || mv /tmp/artifacts/deps /app/deps\n',
      run: '#!/bin/sh\nexec cat /app/index.html\n',
      'save-artifacts': saveArtifacts,
    },
  };
}

/** A static site. `/states` names the states that are in `parts`: more than one shows a source caught half-saved. */
const site: Builder = {
  user: app,
  scripts: {
    assemble: `#!/bin/sh
set -e
cp -R /tmp/src/. /app
[ ! -d /app/parts ] || cat /app/parts/* | sort -u >/app/states
`,
    // busybox's httpd as PID 1 wouldn't hear SIGTERM.
    run: `#!/bin/sh\ntrap 'exit 0' TERM\nhttpd -f -p ${appPort} -h /app &\nwait\n`,
    'save-artifacts': null,
  },
  exposedPorts: [`${appPort}`],
};

/** The same behind an entrypoint, as most builders that people use have one. */
const entered: Builder = {
  ...site,
  entrypoint: ['container-entrypoint'],
  files: { 'bin/container-entrypoint': '#!/bin/sh\nexport ENTERED=yes\nexec "$@"\n' },
};

const dependencies = { packages: 200, filesEach: 8, bytesEach: 5000 };
const packages = Array.from({ length: dependencies.packages }, (_, index) => `package-${index}`);

/** An application that gets its dependencies from the build before, else from where an installer would have them. */
function node(): Builder {
  return {
    user: app,
    scripts: {
      assemble: `#!/bin/sh
set -e
cd /app
if [ -d /tmp/artifacts/node_modules ]; then
  mv -T /tmp/artifacts/node_modules node_modules
  echo "dependencies restored"
else
  cp -R /opt/dependencies/node_modules node_modules
fi
cp -R /tmp/src/. .
exec node -e "for (const name of Object.keys(require('./package.json').dependencies)) require.resolve(name)"
`,
      run: '#!/bin/sh\ncd /app\nexec node server.js\n',
      'save-artifacts': '#!/bin/sh\nexec tar -cf - -C /app node_modules\n',
    },
    files: { ...nodeProgram(), ...Object.fromEntries(packages.flatMap((name) => packageFiles(name))) },
    exposedPorts: [`${appPort}`],
  };
}

function packageFiles(name: string): [string, string][] {
  const folder = `opt/dependencies/node_modules/${name}`;
  const text = `// ${'x'.repeat(dependencies.bytesEach)}\n`;
  return [
    [`${folder}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
    [`${folder}/index.js`, `module.exports = '${name}';\n`],
    ...Array.from({ length: dependencies.filesEach }, (_, n): [string, string] => [`${folder}/part-${n}.js`, text]),
  ];
}

const home = 'opt/app-root/src';

/**
 * As the Node.js builders that people use: an entrypoint, user 1001 of group 0, its home as working folder, everything
 * moved there, an installer that takes a second where nothing is to be installed and three more where all is, and a
 * variable that lets the application reload.
 */
function real(count: number): Builder {
  const names = Array.from({ length: count }, (_, index) => `package-${index}`);
  return {
    user: { name: '1001', uid: 1001, gid: 0 },
    entrypoint: ['container-entrypoint'],
    workingDir: `/${home}`,
    folders: ['opt/app-root', home],
    env: { HOME: `/${home}` },
    exposedPorts: [`${appPort}`],
    labels: { 'com.redhat.dev-mode': 'DEV_MODE:false' },
    scripts: {
      assemble: `#!/bin/sh
set -e
[ ! -d /tmp/artifacts/node_modules ] || mv /tmp/artifacts/node_modules .
cp -R /tmp/src/. .
[ -d node_modules ] || { cp -R /opt/dependencies/node_modules . && sleep 3; }
sleep 1
`,
      run: '#!/bin/sh\n[ "$DEV_MODE" = true ] && exec node /opt/reload.js\nexec node server.js\n',
      'save-artifacts': '#!/bin/sh\nexec tar -cf - node_modules\n',
    },
    files: {
      ...nodeProgram(),
      ...Object.fromEntries(names.flatMap((name) => packageFiles(name))),
      'bin/container-entrypoint': '#!/bin/sh\nexec "$@"\n',
      'opt/reload.js': reload,
    },
  };
}

/** Starts the application anew when one of its files has changed, and has stayed the same for a moment. */
const reload = `const { spawn } = require('node:child_process');
let application;
const start = () => (application = spawn('node', ['server.js'], { stdio: 'inherit' }).on('exit', start));
start();
let changed;
require('node:fs').watch('.', (_, name) => {
  if (!name.endsWith('.js') || name.startsWith('.')) return;
  clearTimeout(changed);
  changed = setTimeout(() => application.kill(), 20);
});
process.on('SIGTERM', () => application.off('exit', start).once('exit', () => process.exit(0)).kill());
`;

/** This process's own Node.js with its libraries and their loader. */
function nodeProgram(): Record<string, Buffer> {
  const libraries = librariesOf(process.execPath).map((path) => [path.slice(1), path] as const);
  const files = [['usr/bin/node', process.execPath] as const, ...libraries];
  return Object.fromEntries(files.map(([path, from]) => [path, readFileSync(realpathSync(from))]));
}

export const nodeSource = {
  'package.json': JSON.stringify({ dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])) }),
  'version.js': "module.exports = 'start';\n",
  'server.js': `const version = require('./version.js');
${JSON.stringify(packages.slice(0, 20))}.map((name) => require(name));
require('node:http').createServer((asked, answer) => answer.end(version)).listen(${appPort});
process.on('SIGTERM', () => process.exit(0));
`,
};

/** For the builders that stand for real ones. */
export const realSource = {
  'package.json': '{}',
  'version.js': "module.exports = 'start';\n",
  'server.js': `const version = require('./version.js');
require('node:http').createServer((asked, answer) => answer.end(version)).listen(${appPort});
process.on('SIGTERM', () => process.exit(0));
`,
};

export const builders = {
  seed: () => plain('#!/bin/sh\nexec cp -R /app/deps /tmp/artifacts/deps\n'),
  stream: () => plain('#!/bin/sh\nexec tar -cf - -C /app deps\n'),
  site: () => site,
  entered: () => entered,
  node,
  real: () => real(15),
  many: () => real(1_500),
} satisfies Record<string, () => Builder>;
