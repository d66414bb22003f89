import type { Builder } from './builders.ts';

const home = 'opt/app-root/src';

/**
 * Behaves as the Node.js builders that people use: an entrypoint that execs its words, user 1001 of group 0, its home as
 * working folder, artifacts and source moved there, each file of them told, dependencies installed where they aren't there.
 * A dependency is a folder of ten files; the source's `dependencies` says how many there are.
 */
export const npmBuilder = {
  user: { name: '1001', uid: 1001, gid: 0 },
  entrypoint: ['container-entrypoint'],
  workingDir: `/${home}`,
  folders: ['opt/app-root', home],
  labels: {
    'com.redhat.deployments-dir': `/${home}`,
    'com.redhat.dev-mode': 'DEV_MODE:false',
    'io.openshift.expose-services': '8080:http',
  },
  env: { HOME: `/${home}`, PATH: `/${home}/bin:/bin:/usr/bin`, NPM_RUN: 'start' },
  exposedPorts: ['8080'],
  files: {
    'etc/passwd': `root:x:0:0:root:/root:/bin/sh\ndefault:x:1001:0:default:/${home}:/bin/sh\n`,
    'bin/container-entrypoint': '#!/bin/sh\nexport ENTERED="as $$ in $PWD"\nexec "$@"\n',
  },
  scripts: {
    assemble: `#!/bin/sh
set -e
if [ -d /tmp/artifacts/node_modules ]; then
  (cd /tmp/artifacts && find . -type f) | sed "s,^[.]/\\(.*\\),renamed '/tmp/artifacts/\\1' -> './\\1',"
  mv /tmp/artifacts/* .
fi
cp -R /tmp/src/. .
rm -rf /tmp/src/*
mkdir -p node_modules
wanted=$(cat dependencies 2>/dev/null || echo 0)
made=0
while [ $made -lt "$wanted" ]; do
  made=$((made + 1))
  [ ! -d node_modules/$made ] || continue
  mkdir node_modules/$made
  for file in 0 1 2 3 4 5 6 7 8 9; do echo "$made $file" > node_modules/$made/$file.js; done
done
echo "found 0 vulnerabilities"
`,
    run: `#!/bin/sh
trap 'exit 0' TERM
{ env | grep -v ^HOSTNAME= | sort; pwd; echo "$$ $0 $*"; } > seen
httpd -f -p 8080 -h . &
wait
`,
    'save-artifacts': '#!/bin/sh\nexec tar -cf - node_modules\n',
  },
} as const satisfies Builder;
