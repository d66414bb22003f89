import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tempFolder, writeFiles } from './temp.ts';

const { PATH = '' } = process.env;

/** A program that answers as syft does to what sti asks it: it names the image of an archive and counts its layers. */
const syft = `#!/bin/sh
[ "$SYFT_CHECK_FOR_APP_UPDATE" = false ] || { echo "it would ask the network" >&2; exit 9; }
[ "$1" != version ] || { echo "Version: 1.0.0"; exit 0; }
[ "$1 $3 $4" = "scan --quiet --output" ] || { echo "unknown flag" >&2; exit 1; }
manifest=$(tar -xOf "\${2#docker-archive:}" manifest.json) || { echo "could not read the archive" >&2; exit 1; }
[ -z "$SYFT_BREAKS" ] || { echo 'ERROR unable to decode' >&2; exit 1; }
name=$(echo "$manifest" | sed 's/.*"RepoTags":\\["\\([^"]*\\)".*/\\1/')
layers=$(echo "$manifest" | grep -o 'layer\\.tar\\|blobs/sha256' | wc -l)
printf '{"spdxVersion":"SPDX-2.3","name":"%s","comment":"%s layers"}' "$name" "$layers" >"\${5#spdx-json=}"
`;

/** An environment in which that program is syft. */
export function withSyft(more: Readonly<Record<string, string>> = {}) {
  const folder = tempFolder();
  writeFiles(folder, { syft });
  chmodSync(join(folder, 'syft'), 0o755);
  return { PATH: `${folder}${delimiter}${PATH}`, ...more };
}
