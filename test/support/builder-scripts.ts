/** Scripts of the tests' builder images. Nothing in them depends on time or chance, so images can be compared. */

/**
 * Puts the source in place and counts builds: `/app/deps/builds` is 1 after a clean build and one more after each build
 * that got the artifacts of the one before.
 */
export const assemble = `#!/bin/sh
set -e
echo "assembling as $(id -u):$(id -g)"
mkdir -p /app/src /app/deps
cp -R /tmp/src/. /app/src
builds=0
if [ -f /tmp/artifacts/deps/builds ]; then
  cp -R /tmp/artifacts/deps/. /app/deps
  read -r builds < /app/deps/builds
  echo "artifacts of build $builds restored"
else
  echo "no artifacts"
  echo tool > /app/deps/tool
  chmod 755 /app/deps/tool
  echo private > /app/deps/private
  chmod 600 /app/deps/private
  ln -s tool /app/deps/latest
fi
echo $((builds + 1)) > /app/deps/builds
env | grep -Ev '^(HOSTNAME|OLDPWD|PWD|SHLVL|_)=' | sort > /app/environment
`;

/** Says who it is and what it serves, then ends. */
export const run = `#!/bin/sh
echo "running as $(id -u):$(id -g)"
echo "build $(cat /app/deps/builds)"
cat /app/src/index.html
`;

/** The seed's protocol: files into /tmp/artifacts, words to stdout. */
export const saveToFolder = `#!/bin/sh
set -e
echo "saving as $(id -u):$(id -g)"
cp -R /app/deps /tmp/artifacts/deps
`;

/** The stream protocol: a tar on stdout. */
export const saveToStream = `#!/bin/sh
echo "saving as $(id -u):$(id -g)" >&2
exec tar -cf - -C /app deps
`;

export const usage = `#!/bin/sh
echo "usage of the test builder, as $(id -u):$(id -g)"
`;

export const entry = `#!/bin/sh
echo "entrypoint"
exec "$@"
`;
