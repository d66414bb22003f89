// @ts-check

/** Scripts of the benchmark's builder images. */

export const assemble = `#!/bin/sh
set -e
cp -R /tmp/src/. /app
if [ -d /tmp/artifacts/deps ]; then mv /tmp/artifacts/deps /app/deps; fi
`;

export const run = `#!/bin/sh
exec cat /app/index.html
`;

/** The two protocols of PROTOCOL.md, "save-artifacts". */
export const saveArtifacts = {
  seed: '#!/bin/sh\nexec cp -R /app/deps /tmp/artifacts/deps\n',
  stream: '#!/bin/sh\nexec tar -cf - -C /app deps\n',
};
