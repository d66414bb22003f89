import type { BuildRequest, TransportName } from '../../build/request.ts';
import { metadataFile } from '../../protocol/paths.ts';
import type { RunPath } from '../events.ts';
import type { BuildInputs } from '../inputs/inputs.ts';

type Inputs = Pick<BuildInputs, 'builder' | 'runtime' | 'env'>;

/** What assemble may have that can't be taken out of its container again. */
type Lending = Pick<BuildRequest, 'secrets' | 'ca'>;

/**
 * Whether the container that assembled may become the application. It may where it's provably the same as a container of
 * the image (docs/dashboard.md, "The way of a save"): same user, no volume, an environment that the gate's shell passes on.
 * Whether what a build puts into it can be taken out again shows only when it's done: `runInPlace` rejects when not.
 */
export function chooseRunPath(
  { builder: { image, spec }, runtime, env }: Inputs,
  {
    request,
    transport,
    once,
  }: { readonly request: Lending; readonly transport: TransportName; readonly once: boolean },
): { readonly path: RunPath; readonly why: string } {
  const { config } = image;
  const { assembleUser, destination } = spec;
  const imageFirst = (why: string) => ({ path: 'image first', why }) as const;
  if (runtime !== undefined) return imageFirst('it runs in the runtime image');
  if (assembleUser !== '' && assembleUser !== config.user)
    return imageFirst('assemble runs as another user than the image');
  // They stay in the container's memory, and in the environment that its shell passes on.
  if (request.secrets?.length) return imageFirst('assemble has secrets, which the application must not have');
  if (request.ca !== undefined) return imageFirst('assemble has --ca, which the application must not have');
  if (config.volumes.length > 0) return imageFirst('the image has volumes');
  if (buildNames.some((name) => isIn(config.workingDir, `${destination}/${name}`)))
    return imageFirst('the working folder of the image is one that goes after the build');
  const kept = [...config.env, ...env].map(nameOf).find((name) => !isPassedOn(name));
  if (kept !== undefined) return imageFirst(`a shell does not pass on the variable ${kept}`);
  // A later one would be of another assemble, and nobody waits for a page meanwhile.
  if (once) return imageFirst('--once makes the image in any case');
  const same = 'the container is the same as one of the image';
  return { path: 'in place', why: transport === 'bind' ? same : `without the source, ${same}` };
}

/** The same, as far as it's known before assemble. */
export function mayRunInPlace(inputs: Inputs, request: Lending): boolean {
  return chooseRunPath(inputs, { request, transport: 'bind', once: false }).path === 'in place';
}

function nameOf(variable: string): string {
  return variable.replace(/=.*/s, '');
}

/** Shells drop names that can't be theirs, and set some by themselves. */
function isPassedOn(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !ofShells.has(name);
}

const ofShells: ReadonlySet<string> = new Set('_ IFS LINENO OLDPWD OPTIND PPID PS1 PS2 PS4 PWD SHLVL'.split(' '));

/**
 * What the container that assembled has and a container of the image has not (docs/protocol.md, "What goes in"). `obstacle`
 * says, in words, why the two aren't the same even without it.
 */
export function filesToRemove(facts: {
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
