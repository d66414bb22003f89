import { StiError } from '../errors.ts';
import { labelNames } from './image/labels.ts';
import { normalizePath } from './posix-path.ts';

/** What a builder image says about how it wants to be used. */
export interface BuilderSpec {
  /** Absolute and normalised: the folder that source, artifacts and scripts go under. */
  readonly destination: string;
  /** Where the image says its scripts are, as written. */
  readonly scriptsUrl: string | undefined;
  /** Name or number of the user that assemble runs as; '' is root. */
  readonly assembleUser: string;
}

/** The part of an inspected image that the contract reads. */
export interface BuilderImage {
  readonly id: string;
  readonly config: {
    readonly labels: Readonly<Record<string, string>>;
    /** `NAME=VALUE` */
    readonly env: readonly string[];
    readonly user: string;
  };
}

/**
 * Reads the contract out of a builder image (docs/protocol.md, "What goes in", "Scripts" and "assemble"). An empty label or
 * variable counts as absent.
 * @throws StiError `builder` when the image names a destination that can't be used
 */
export function builderSpec(
  image: BuilderImage,
  options: { readonly assembleUser?: string | undefined; readonly destination?: string | undefined } = {},
): BuilderSpec {
  const { labels, env, user } = image.config;
  const label = (names: readonly string[]) => names.map((name) => labels[name]).find(isGiven);
  return {
    destination: checkDestination(
      options.destination ?? label(labelNames.destination) ?? variable(env, 'STI_LOCATION') ?? '/tmp',
      image.id,
    ),
    scriptsUrl: label(labelNames.scriptsUrl) ?? variable(env, 'STI_SCRIPTS_URL'),
    assembleUser: [options.assembleUser, label(labelNames.assembleUser), user].find(isGiven) ?? '',
  };
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function variable(env: readonly string[], name: string): string | undefined {
  const value = env.findLast((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  return isGiven(value) ? value : undefined;
}

function checkDestination(destination: string, imageId: string): string {
  const normal = normalizePath(destination);
  if (destination.startsWith('/') && !destination.split('/').includes('..') && normal !== '/') return normal;
  throw new StiError(
    'builder',
    `the builder image ${imageId} wants its input in "${destination}", which can't be used`,
    {
      hint: `Give the image a label ${labelNames.destination[0]} that is an absolute path below /, without "..".`,
    },
  );
}
