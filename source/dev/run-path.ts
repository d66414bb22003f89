import type { TransportName } from '../build/request.ts';
import type { ImageConfig } from '../engine/engine.ts';
import { metadataFile } from '../protocol/paths.ts';
import type { RunPath } from './events.ts';
import type { Preparation } from './preparation.ts';

/** Beyond this, assembling twice (once to run, once for the image) costs more than committing first; milliseconds. */
export const longAssemble = 1_500;

/**
 * Whether the container that assembled may become the application. It may where it's provably the same as a container of
 * the image (ARCHITECTURE.md, "The way of a save"): same user, no entrypoint, no volume. Whether what a build puts into it
 * can be taken out again shows only when it's done: `runInPlace` rejects when not.
 */
export function chooseRunPath(facts: {
  readonly config: ImageConfig;
  readonly assembleUser: string;
  readonly transport: TransportName;
  /** How long the assemble of this state took; milliseconds. */
  readonly assembleMs: number;
  /** Where the builder gets its files. */
  readonly destination?: string;
}): { readonly path: RunPath; readonly why: string } {
  const { config, assembleUser, transport, assembleMs, destination = '/tmp' } = facts;
  const imageFirst = (why: string) => ({ path: 'image first', why }) as const;
  if (assembleUser !== '' && assembleUser !== config.user)
    return imageFirst('assemble runs as another user than the image');
  if (config.entrypoint.length > 0) return imageFirst('the image has an entrypoint');
  if (config.volumes.length > 0) return imageFirst('the image has volumes');
  if (buildNames.some((name) => isIn(config.workingDir, `${destination}/${name}`)))
    return imageFirst('the working folder of the image is one that goes after the build');
  if (assembleMs > longAssemble) return imageFirst('assemble takes long, so it is not done twice');
  const same = 'the container is the same as one of the image';
  return { path: 'in place', why: transport === 'bind' ? same : `without the source, ${same}` };
}

/** The same, as far as it's known before assemble. */
export function mayRunInPlace({ builder: { image, spec } }: Pick<Preparation, 'builder'>): boolean {
  const { assembleUser, destination } = spec;
  return (
    chooseRunPath({ config: image.config, assembleUser, destination, transport: 'bind', assembleMs: 0 }).path ===
    'in place'
  );
}

/**
 * What the container that assembled has and a container of the image has not (PROTOCOL.md, "What goes in"). `obstacle`
 * says, in words, why the two aren't the same even without it.
 */
export function whatGoes(facts: {
  readonly destination: string;
  /** Names that the image itself has there. */
  readonly imageNames: ReadonlySet<string>;
  /** Names there that the build has put something at. */
  readonly placedNames: ReadonlySet<string>;
  readonly runPath: string;
}): {
  /** Names at the destination, in the order in which to remove them. */
  readonly names: readonly string[];
  /** Paths elsewhere. */
  readonly elsewhere: readonly string[];
  readonly obstacle: string | undefined;
} {
  const { destination, imageNames, placedNames, runPath } = facts;
  // Where the build has none of its own, such scripts are the image's, and stay.
  const stays = (name: string) => scriptNames.has(name) && imageNames.has(name) && !placedNames.has(name);
  const names = buildNames.filter((name) => !stays(name));
  const elsewhere = isIn(metadataFile, destination) ? [] : [metadataFile];
  const hidden = names.find((name) => imageNames.has(name));
  const above = names.find((name) => isIn(runPath, `${destination}/${name}`));
  if (hidden !== undefined) return { names, elsewhere, obstacle: `the image itself has ${destination}/${hidden}` };
  if (above !== undefined) return { names, elsewhere, obstacle: `the run script is in ${destination}/${above}` };
  return { names, elsewhere, obstacle: undefined };
}

/** What may hold labels for a commit is last. */
const buildNames = ['src', 'artifacts', 'scripts', 'defaultScripts', '.s2i'] as const;
const scriptNames: ReadonlySet<string> = new Set(['scripts', 'defaultScripts']);

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
