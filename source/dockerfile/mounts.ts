import { StiError } from '../errors.ts';
import { shellWord } from './quote.ts';

/** A folder that is kept from one build to the next, and in no image. */
export interface CacheMount {
  readonly id: string;
  /** Absolute. */
  readonly target: string;
  readonly readOnly?: boolean | undefined;
}

/**
 * A command with what it sees and no layer has: BuildKit, Podman and buildah know such mounts, the classic builder doesn't.
 * @param options.user who has to be able to use them
 */
export function withMounts(
  command: string,
  {
    secrets,
    caches,
    user,
  }: { readonly secrets: readonly string[]; readonly caches: readonly CacheMount[]; readonly user: string },
): string {
  const uid = uidOf(user);
  const mounts = [
    ...secrets.map((id) => `type=secret,id=${id},required=true,${uid === undefined ? 'mode=0444' : `uid=${uid}`}`),
    ...caches.map(
      // One without an owner Docker 20.10 begins anew when nothing else is to be reused.
      ({ id, target, readOnly }) =>
        `type=cache,id=${id},target=${checkTarget(target)},uid=${uid ?? 0}${readOnly ? ',readonly' : ''}`,
    ),
  ];
  return `RUN ${mounts.map((mount) => `--mount=${mount} \\\n    `).join('')}${command}`;
}

/** What root has to run for caches to be a user's of whom only the name is known: a mount has a number's owner. */
export function ownCaches(caches: readonly CacheMount[], user: string): string | undefined {
  const own = caches.filter(({ readOnly }) => !readOnly);
  if (own.length === 0 || uidOf(user) !== undefined) return undefined;
  const words = [user, ...own.map(({ target }) => target)].map(shellWord);
  return withMounts(`chown ${words.join(' ')}`, { secrets: [], caches: own, user });
}

function uidOf(user: string): string | undefined {
  const [, uid] = /^(\d+)(?::|$)/.exec(user) ?? [];
  return user === '' || /^root(:|$)/.test(user) ? '0' : uid;
}

function checkTarget(target: string): string {
  if (/^[\w./@%+=~-]+$/.test(target)) return target;
  throw new StiError('usage', `the volume is for ${JSON.stringify(target)}: a Dockerfile can't say that`, {
    hint: 'Mount it at a path without commas, quotes and spaces, or build with an engine.',
  });
}
