import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header, pack } from 'tar-stream';
import type { Engine } from '../../engine/engine.ts';
import { StiError } from '../../errors.ts';
import type { RuntimeArtifact } from '../../protocol/runtime-artifacts.ts';
import type { BuildContainer } from '../container/container.ts';
import type { Owner } from '../container/delivery/delivery.ts';

const kept = new Set<Header['type']>(['file', 'directory', 'symlink', 'link']);

/**
 * Takes a file or folder of the built container into the runtime image's container, through the engine on both sides.
 * It belongs to the user there; programs and folders have mode 755, other files 644, as s2i has it.
 */
export async function moveArtifact(
  engine: Engine,
  from: BuildContainer,
  to: BuildContainer,
  { source, target, workingDir }: RuntimeArtifact & { readonly workingDir: string },
  signal: AbortSignal,
): Promise<void> {
  const archive = await engine.getArchive(from.gate.id, source, signal);
  if (archive === undefined) {
    throw new StiError('assemble', `assemble made no ${source}, which the runtime image needs`, {
      hint: 'Check --runtime-artifact, or what the script makes.',
    });
  }
  const into = posix.resolve('/', workingDir, target);
  const owner = await to.owner;
  const tar = pack();
  for (const path of await missing(engine, to.gate.id, into, signal)) {
    tar.entry({ name: `${path.slice(1)}/`, type: 'directory', mode: 0o755, ...idsOf(owner) });
  }
  const read = extract();
  read.on('entry', (header, body, next) => {
    if (!kept.has(header.type)) {
      read.destroy(refused(header.name));
      return;
    }
    body.pipe(tar.entry(moved(header, into, owner), next));
  });
  read.on('finish', () => tar.finalize());
  const reading = pipeline(archive, read).catch((error: Error) => {
    tar.destroy(error);
    throw error;
  });
  await Promise.all([reading, engine.putArchive(to.gate.id, '/', Readable.from(tar), signal)]);
}

function moved(header: Header, into: string, owner: Owner): Partial<Header> & Pick<Header, 'name'> {
  const below = (name: string) => posix.join(into, name).slice(1);
  const { type, mode = 0, size, mtime, linkname } = header;
  const isProgram = type === 'directory' || (mode & 0o111) !== 0;
  return {
    name: below(header.name),
    type,
    size,
    mtime,
    mode: isProgram ? 0o755 : 0o644,
    ...idsOf(owner),
    ...(linkname != null && { linkname: type === 'link' ? below(linkname) : linkname }),
  };
}

/** Ids that a header of a tar has no room for stand in one of its own. */
function idsOf({ uid, gid }: Owner): Partial<Header> {
  const isPlain = Math.max(uid, gid) <= 0o777777;
  return { uid, gid, ...(!isPlain && { pax: { uid: String(uid), gid: String(gid) } }) };
}

/** Folders that the container hasn't yet, parents first. */
async function missing(engine: Engine, id: string, folder: string, signal: AbortSignal): Promise<string[]> {
  const parts = folder.split('/').filter((part) => part !== '');
  const paths = parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  const found = await Promise.all(paths.map((path) => engine.statPath(id, path, signal)));
  return paths.filter((_, index) => found[index] === undefined);
}

function refused(name: string): StiError {
  return new StiError('assemble', `${JSON.stringify(name)} can't go into the runtime image: it is a pipe or a device`, {
    hint: 'Name plain files and folders with --runtime-artifact.',
  });
}
