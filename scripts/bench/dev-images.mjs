// @ts-check
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { busyboxEntries, importImage } from '../images.mjs';

/** Builder images for `sti dev`, from this machine's own programs. Both listen on 8080 and run as another user than root. */

export const appUser = { uid: 1001, gid: 1001 };
export const appPort = 8080;

/** Packages and files of the Node.js application's dependencies. */
export const dependencies = { packages: 200, files: 2000, bytesPerFile: 5000 };

export const scriptsFolder = 'usr/libexec/s2i';
const config = [
  `LABEL io.openshift.s2i.scripts-url=image:///${scriptsFolder}`,
  'ENV PATH=/bin:/usr/bin',
  `USER ${appUser.uid}:${appUser.gid}`,
  `EXPOSE ${appPort}`,
];

/** A static site. `/states` names the states that are in `parts`: more than one shows a source caught half-saved. */
const site = {
  assemble: `#!/bin/sh
set -e
cp -R /tmp/src/. /www
if [ -d /www/parts ]; then cat /www/parts/* | sort -u >/www/states; fi
`,
  // busybox's httpd as PID 1 wouldn't hear SIGTERM.
  run: `#!/bin/sh
trap 'exit 0' TERM
httpd -f -p ${appPort} -h /www &
wait
`,
};

/** An application that gets its dependencies from the build before, else from where an installer would have them. */
const node = {
  assemble: `#!/bin/sh
set -e
cd /app
if [ -d /tmp/artifacts/node_modules ]; then
  mv -T /tmp/artifacts/node_modules node_modules
  echo "dependencies restored"
else
  cp -R /opt/dependencies/node_modules node_modules
  echo "dependencies installed"
fi
cp -R /tmp/src/. .
exec node /opt/check.js
`,
  run: '#!/bin/sh\ncd /app\nexec node server.js\n',
  'save-artifacts': '#!/bin/sh\nexec tar -cf - -C /app node_modules\n',
};

const check = `const { dependencies } = require('/app/package.json');
for (const [name, version] of Object.entries(dependencies)) {
  if (require('/app/node_modules/' + name + '/package.json').version !== version) throw new Error(name + ' is missing');
}
`;

/**
 * @param {import('../engine-api.mjs').EngineApi} api
 * @param {string} tag
 * @param {string} busybox path on this machine
 * @param {AbortSignal} signal
 */
export async function makeSiteBuilder(api, tag, busybox, signal) {
  const entries = [...busyboxEntries(busybox), { path: 'www/', ...appUser }, ...scriptEntries(site)];
  await importImage(api, tag, entries, config, signal);
}

/**
 * @param {import('../engine-api.mjs').EngineApi} api
 * @param {string} tag
 * @param {string} busybox path on this machine
 * @param {AbortSignal} signal
 */
export async function makeNodeBuilder(api, tag, busybox, signal) {
  const entries = [
    ...busyboxEntries(busybox),
    ...programEntries(process.execPath, 'usr/bin/node'),
    { path: 'app/', ...appUser },
    { path: 'opt/' },
    { path: 'opt/check.js', content: check },
    { path: 'opt/dependencies/' },
    { path: 'opt/dependencies/node_modules/' },
    ...packageNames().flatMap(packageEntries),
    ...scriptEntries(node),
  ];
  await importImage(api, tag, entries, config, signal);
}

/** The application that goes with the Node.js builder: path → content. */
export function nodeSource() {
  return {
    'package.json': JSON.stringify({
      dependencies: Object.fromEntries(packageNames().map((name) => [name, '1.0.0'])),
    }),
    'version.js': "module.exports = 'start';\n",
    'server.js': `const version = require('./version.js');
const used = ${JSON.stringify(packageNames().slice(0, 20))}.map((name) => require(name));
require('node:http').createServer((asked, answer) => answer.end(version)).listen(${appPort});
process.on('SIGTERM', () => process.exit(0));
`,
  };
}

function packageNames() {
  return Array.from({ length: dependencies.packages }, (_, index) => `package-${index}`);
}

/** @param {string} name */
function packageEntries(name) {
  const folder = `opt/dependencies/node_modules/${name}/`;
  const count = dependencies.files / dependencies.packages - 2;
  const text = `// ${'x'.repeat(dependencies.bytesPerFile - 4)}\n`;
  return [
    { path: folder },
    { path: `${folder}package.json`, content: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }) },
    { path: `${folder}index.js`, content: `module.exports = '${name}';\n` },
    ...Array.from({ length: count }, (_, index) => ({ path: `${folder}part-${index}.js`, content: text })),
  ];
}

/** @param {Readonly<Record<string, string>>} scripts */
function scriptEntries(scripts) {
  return [
    { path: 'usr/libexec/' },
    { path: `${scriptsFolder}/` },
    ...Object.entries(scripts).map(([name, content]) => ({ path: `${scriptsFolder}/${name}`, content, mode: 0o755 })),
  ];
}

/**
 * A program of this machine with its shared libraries and their loader.
 *
 * @param {string} program
 * @param {string} path in the image
 * @returns {import('../images.mjs').ImageEntry[]}
 */
function programEntries(program, path) {
  const lines = execFileSync('ldd', [program], { encoding: 'utf8' }).split('\n');
  const libraries = lines.flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  const files = new Map([[path, program], ...libraries.map((library) => [library.slice(1), library])].map(pair));
  const folders = new Set([...files.keys()].flatMap(parentsOf));
  return [
    ...[...folders].map((folder) => ({ path: folder })),
    ...[...files].map(([to, from]) => ({ path: to, content: readFileSync(realpathSync(from)), mode: 0o755 })),
  ];
}

/**
 * @param {string[]} words
 * @returns {[string, string]}
 */
function pair([to = '', from = '']) {
  return [to, from];
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function parentsOf(path) {
  const parent = dirname(path);
  return parent === '.' ? [] : [...parentsOf(parent), `${parent}/`];
}
