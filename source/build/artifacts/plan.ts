import type { ContainerSettings, ImageDetails } from '../../engine/engine.ts';
import { isAllowedUser, type UserRange } from '../../protocol/allowed-users.ts';
import { fitsPlatform } from '../../protocol/image/platform.ts';
import type { ResolvedScript } from '../scripts/resolve.ts';

/** Whether a build reuses artifacts, decided before anything runs; the reason is shown whenever it doesn't. */
export type ArtifactsPlan =
  | { readonly incremental: true; readonly previous: ImageDetails; readonly script: ResolvedScript }
  | { readonly incremental: false; readonly reason: string };

/** docs/protocol.md, "save-artifacts": automatic unless `--clean`, when an image with the output tag exists and a script is found. */
export function planArtifacts(facts: {
  readonly clean: boolean;
  readonly tag: string | null;
  readonly previous: ImageDetails | undefined;
  readonly script: ResolvedScript | undefined;
  readonly allowedUids?: readonly UserRange[] | undefined;
  readonly container?: ContainerSettings | undefined;
}): ArtifactsPlan {
  const { clean, tag, previous, script, allowedUids, container } = facts;
  if (clean) return { incremental: false, reason: 'clean build, as asked' };
  if (tag === null) return { incremental: false, reason: 'clean build: no tag, so there is no previous image' };
  if (previous === undefined) return { incremental: false, reason: `clean build: there is no ${tag} yet` };
  if (script === undefined)
    return { incremental: false, reason: 'clean build: the builder has no save-artifacts script' };
  if (allowedUids !== undefined && !isAllowedUser(previous.config.user, allowedUids))
    return { incremental: false, reason: `clean build: ${tag} runs as a user that --allowed-uids does not allow` };
  if (!fitsPlatform(previous.platform, container?.platform))
    return { incremental: false, reason: `clean build: ${tag} is for ${previous.platform}` };
  return { incremental: true, previous, script };
}
