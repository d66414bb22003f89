import { closeSync, constants, lstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StiError } from '../../errors.ts';
import { isTarHeader } from '../../protocol/save-artifacts.ts';
import type { OutputPlace } from '../request.ts';
import { isOwnIndex, layoutFiles } from './layout.ts';

/** Refuses a place that can't be written to, or that has something else than an image. Throws `usage`. */
export function checkPlace({ form, path }: OutputPlace): void {
  const refuse = (why: string, hint: string): never => {
    throw new StiError('usage', `the image can't be written to ${path}: ${why}`, { hint });
  };
  if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) {
    refuse('there is no such folder', 'Check the path given to --output.');
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (form === 'oci') {
    if (!found.isDirectory()) refuse('it is not a folder', 'Give --output oci:DIR a new folder.');
    if (!isReplaceableFolder(path))
      refuse(
        'it has other files than an image that sti wrote',
        'Give --output oci:DIR a new folder, or remove this one.',
      );
  } else if (!found.isFile() || !(form === 'sbom' ? isSpdx(headOf(path)) : isArchive(headOf(path)))) {
    const what = form === 'sbom' ? 'a list in SPDX of what is in an image' : 'an archive of an image';
    refuse(`there is something else than ${what}`, `Give --output ${form}:FILE another name.`);
  }
}

/** Empty, or one that sti wrote. */
function isReplaceableFolder(folder: string): boolean {
  const names = readdirSync(folder);
  if (names.length === 0) return true;
  const index = join(folder, 'index.json');
  const known = names.every((name) => layoutFiles.includes(name)) && names.includes('index.json');
  return (
    known && lstatSync(index).isFile() && lstatSync(index).size < 65_536 && isOwnIndex(readFileSync(index, 'utf8'))
  );
}

/** What an archive of an image begins with, in any engine's order. */
const firstNames = /^(blobs\/|[0-9a-f]{64}(\/|\.tar|\.json)|manifest\.json|index\.json|oci-layout|repositories)/;

/** Empty, or an archive of an image. */
function isArchive(head: Buffer): boolean {
  return head.length === 0 || (isTarHeader(head) && firstNames.test(head.toString('latin1', 0, 100)));
}

/** Empty, or SPDX in JSON. */
function isSpdx(head: Buffer): boolean {
  return head.length === 0 || head.includes('"spdxVersion"');
}

function headOf(file: string): Buffer {
  const head = Buffer.alloc(512);
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return head.subarray(0, readSync(handle, head, 0, head.length, 0));
  } finally {
    closeSync(handle);
  }
}
